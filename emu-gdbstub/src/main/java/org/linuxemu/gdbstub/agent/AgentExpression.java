package org.linuxemu.gdbstub.agent;

/**
 * One compiled expression and its interpreter. Programs come from outside: every jump, stack move
 * and memory access is checked, and a program that does not end is stopped.
 */
public final class AgentExpression {
    private static final int STACK_SIZE = 64;
    private static final int MAX_OPERATIONS = 10_000;

    private final byte[] code;

    /** Takes over the bytecode. */
    public AgentExpression(byte[] code) {
        this.code = code;
    }

    /**
     * Evaluates the expression. A program whose stack is empty at its end yields 0, as the commands
     * of a breakpoint do.
     *
     * @throws AgentException when it cannot be evaluated
     */
    public long evaluate(AgentMachine machine) {
        Evaluation evaluation = new Evaluation(code, machine);
        for (int i = 0; i < MAX_OPERATIONS; i++) {
            if (!evaluation.step()) {
                return evaluation.result();
            }
        }
        throw AgentException.ENDLESS;
    }

    private static final class Evaluation {
        private final byte[] code;
        private final AgentMachine machine;
        private final long[] stack = new long[STACK_SIZE];
        private int depth;
        private int pc;

        Evaluation(byte[] code, AgentMachine machine) {
            this.code = code;
            this.machine = machine;
        }

        long result() {
            return depth == 0 ? 0 : stack[depth - 1];
        }

        boolean step() {
            int op = fetch(1);
            switch (op) {
                case AgentOp.ADD, AgentOp.SUB, AgentOp.MUL -> arithmetic(op);
                case AgentOp.DIV_SIGNED,
                                AgentOp.DIV_UNSIGNED,
                                AgentOp.REM_SIGNED,
                                AgentOp.REM_UNSIGNED ->
                        divide(op);
                case AgentOp.LSH, AgentOp.RSH_SIGNED, AgentOp.RSH_UNSIGNED -> shift(op);
                case AgentOp.BIT_AND, AgentOp.BIT_OR, AgentOp.BIT_XOR -> bits(op);
                case AgentOp.EQUAL, AgentOp.LESS_SIGNED, AgentOp.LESS_UNSIGNED -> compare(op);
                case AgentOp.LOG_NOT -> push(pop() == 0 ? 1 : 0);
                case AgentOp.BIT_NOT -> push(~pop());
                case AgentOp.EXT -> extend(true);
                case AgentOp.ZERO_EXT -> extend(false);
                case AgentOp.REF8 -> reference(1);
                case AgentOp.REF16 -> reference(2);
                case AgentOp.REF32 -> reference(4);
                case AgentOp.REF64 -> reference(8);
                case AgentOp.IF_GOTO -> {
                    int to = fetch(2);
                    if (pop() != 0) {
                        pc = to;
                    }
                }
                case AgentOp.GOTO -> pc = fetch(2);
                case AgentOp.CONST8 -> push(fetch(1));
                case AgentOp.CONST16 -> push(fetch(2));
                case AgentOp.CONST32 -> push(fetch(4) & 0xffff_ffffL);
                case AgentOp.CONST64 -> push((long) fetch(4) << 32 | fetch(4) & 0xffff_ffffL);
                case AgentOp.REG -> register(fetch(2));
                case AgentOp.DUP -> push(peek(0));
                case AgentOp.POP -> pop();
                case AgentOp.PICK -> push(peek(fetch(1)));
                case AgentOp.SWAP -> {
                    long top = pop();
                    long below = pop();
                    push(top);
                    push(below);
                }
                case AgentOp.ROT -> rotate();
                case AgentOp.PRINTF -> print();
                case AgentOp.END -> {
                    return false;
                }
                default -> throw AgentException.BAD_PROGRAM;
            }
            return true;
        }

        private void arithmetic(int op) {
            long b = pop();
            long a = pop();
            push(op == AgentOp.ADD ? a + b : op == AgentOp.SUB ? a - b : a * b);
        }

        private void divide(int op) {
            long b = pop();
            long a = pop();
            if (b == 0) {
                throw AgentException.DIVISION;
            }
            switch (op) {
                case AgentOp.DIV_SIGNED -> push(a / b);
                case AgentOp.DIV_UNSIGNED -> push(Long.divideUnsigned(a, b));
                case AgentOp.REM_SIGNED -> push(a % b);
                default -> push(Long.remainderUnsigned(a, b));
            }
        }

        private void shift(int op) {
            long count = pop();
            long value = pop();
            boolean all = Long.compareUnsigned(count, 64) >= 0;
            switch (op) {
                case AgentOp.LSH -> push(all ? 0 : value << count);
                case AgentOp.RSH_SIGNED -> push(value >> (all ? 63 : count));
                default -> push(all ? 0 : value >>> count);
            }
        }

        private void bits(int op) {
            long b = pop();
            long a = pop();
            push(op == AgentOp.BIT_AND ? a & b : op == AgentOp.BIT_OR ? a | b : a ^ b);
        }

        private void compare(int op) {
            long b = pop();
            long a = pop();
            boolean holds =
                    switch (op) {
                        case AgentOp.EQUAL -> a == b;
                        case AgentOp.LESS_SIGNED -> a < b;
                        default -> Long.compareUnsigned(a, b) < 0;
                    };
            push(holds ? 1 : 0);
        }

        private void extend(boolean signed) {
            int bits = fetch(1);
            long value = pop();
            if (bits == 0) {
                throw AgentException.BAD_PROGRAM;
            }
            if (bits < 64) {
                int shift = 64 - bits;
                value = signed ? value << shift >> shift : value << shift >>> shift;
            }
            push(value);
        }

        private void reference(int bytes) {
            byte[] buffer = new byte[8];
            if (!machine.memory(pop(), buffer, bytes)) {
                throw AgentException.UNREADABLE;
            }
            long value = 0;
            for (int i = bytes - 1; i >= 0; i--) {
                value = value << 8 | buffer[i] & 0xff;
            }
            push(value);
        }

        private void register(int number) {
            if (number >= machine.registerCount() || machine.registerBytes(number) > 8) {
                throw AgentException.BAD_PROGRAM;
            }
            push(machine.register(number));
        }

        /** a b c becomes c a b. */
        private void rotate() {
            long c = pop();
            long b = pop();
            long a = pop();
            push(c);
            push(a);
            push(b);
        }

        private void print() {
            int count = fetch(1);
            int length = fetch(2);
            if (length > code.length - pc) {
                throw AgentException.BAD_PROGRAM;
            }
            int start = pc;
            pc += length;
            // A function and a channel, which mean something to gdb only.
            pop();
            pop();
            long[] arguments = new long[count];
            for (int i = 0; i < count; i++) {
                arguments[i] = pop();
            }
            machine.print(AgentPrintf.format(code, start, length, arguments, machine));
        }

        private int fetch(int bytes) {
            if (bytes > code.length - pc) {
                throw AgentException.BAD_PROGRAM;
            }
            int value = 0;
            for (int i = 0; i < bytes; i++) {
                value = value << 8 | code[pc++] & 0xff;
            }
            return value;
        }

        private long peek(int below) {
            if (below >= depth) {
                throw AgentException.BAD_PROGRAM;
            }
            return stack[depth - 1 - below];
        }

        private long pop() {
            if (depth == 0) {
                throw AgentException.BAD_PROGRAM;
            }
            return stack[--depth];
        }

        private void push(long value) {
            if (depth == STACK_SIZE) {
                throw AgentException.BAD_PROGRAM;
            }
            stack[depth++] = value;
        }
    }
}
