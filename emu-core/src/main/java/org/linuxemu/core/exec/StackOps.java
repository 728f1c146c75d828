package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * PUSH and POP in all forms, ENTER, LEAVE, PUSHF, POPF. RSP changes only when nothing can fault any
 * more.
 */
public final class StackOps {
    private StackOps() {}

    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case PUSH:
                push(c, i.operandSize, Operands.read(c, i, i.operand0));
                break;
            case POP:
                pop(c, i);
                break;
            case PUSHF:
                pushFlags(c, i);
                break;
            case POPF:
                popFlags(c, i);
                break;
            case LEAVE:
                leave(c, i);
                break;
            case ENTER:
                enter(c, i);
                break;
            case PUSHA:
                pushAll(c, i);
                break;
            default: // POPA
                popAll(c, i);
                break;
        }
    }

    /** Linear address of the {@code size} bytes that are {@code delta} bytes above RSP. */
    public static long address(ExecContext c, long delta, int size, boolean write) {
        CpuState s = c.state;
        int stackSize = s.stackSize();
        long sp = s.regs[CpuState.RSP] + delta;
        if (stackSize == 8) {
            return sp;
        }
        sp &= stackSize == 4 ? 0xFFFFFFFFL : 0xFFFF;
        return Operands.linear(c, Instruction.SS, sp, size, write);
    }

    /** Moves RSP, SP or ESP as the stack size says. */
    public static void adjust(CpuState s, long delta) {
        int stackSize = s.stackSize();
        long sp = s.regs[CpuState.RSP];
        // A 32-bit stack pointer outside 64-bit mode leaves the upper half zero.
        s.regs[CpuState.RSP] =
                stackSize == 8
                        ? sp + delta
                        : stackSize == 4
                                ? (sp + delta) & 0xFFFFFFFFL
                                : (sp & ~0xFFFFL) | ((sp + delta) & 0xFFFF);
    }

    public static void push(ExecContext c, int size, long value) {
        c.mmu.write(address(c, -size, size, true), size, value);
        adjust(c.state, -size);
    }

    /** The value at the top of the stack, RSP unchanged. */
    public static long peek(ExecContext c, long delta, int size) {
        return c.mmu.read(address(c, delta, size, false), size);
    }

    private static void pop(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = i.operandSize;
        long value = peek(c, 0, size);
        switch (Operand.kind(i.operand0)) {
            case Operand.SEGMENT:
                SegmentOps.loadSegment(c, Operand.number(i.operand0), (int) value & 0xFFFF);
                adjust(s, size);
                break;
            case Operand.MEMORY:
                {
                    // An address based on RSP is computed with RSP already moved (SDM Vol. 2, POP).
                    long old = s.regs[CpuState.RSP];
                    adjust(s, size);
                    boolean done = false;
                    try {
                        Operands.write(c, i, i.operand0, value);
                        done = true;
                    } finally {
                        if (!done) {
                            s.regs[CpuState.RSP] = old;
                        }
                    }
                    break;
                }
            default:
                adjust(s, size);
                Operands.writeRegister(s, Operand.number(i.operand0), size, value);
                break;
        }
    }

    private static void pushFlags(ExecContext c, Instruction i) {
        CpuState s = c.state;
        if (s.virtual8086() && (s.systemFlags & Rflags.IOPL) != Rflags.IOPL) {
            throw c.generalProtection(0);
        }
        push(c, i.operandSize, s.rflags() & ~(Rflags.RF | Rflags.VM));
    }

    private static void popFlags(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int iopl = (s.systemFlags & Rflags.IOPL) >> 12;
        if (s.virtual8086() && iopl != 3) {
            throw c.generalProtection(0);
        }
        int size = i.operandSize;
        long value = peek(c, 0, size);
        int writable = Rflags.ARITHMETIC | Rflags.TF | Rflags.DF | Rflags.NT;
        if (size != 2) {
            writable |= Rflags.AC | Rflags.ID;
        }
        if (!s.virtual8086()) {
            if (s.cpl == 0) {
                writable |= Rflags.IOPL;
            }
            if (s.cpl <= iopl) {
                writable |= Rflags.IF;
            }
        } else {
            writable |= Rflags.IF;
        }
        long flags = (s.rflags() & ~writable & ~Rflags.RF) | (value & writable);
        adjust(s, size);
        s.setRflags(flags);
        c.mmu.updateContext();
        c.stateChanged = true;
    }

    private static void leave(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = i.operandSize;
        long old = s.regs[CpuState.RSP];
        long frame = s.regs[CpuState.RBP];
        int stackSize = s.stackSize();
        s.regs[CpuState.RSP] =
                stackSize == 8
                        ? frame
                        : stackSize == 4
                                ? frame & 0xFFFFFFFFL
                                : (old & ~0xFFFFL) | (frame & 0xFFFF);
        boolean done = false;
        try {
            long value = peek(c, 0, size);
            done = true;
            adjust(s, size);
            Operands.writeRegister(s, CpuState.RBP, size, value);
        } finally {
            if (!done) {
                s.regs[CpuState.RSP] = old;
            }
        }
    }

    private static void enter(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = i.operandSize;
        int allocate = (int) i.immediate & 0xFFFF;
        int level = (int) i.immediate2 & 31;
        long oldRsp = s.regs[CpuState.RSP];
        long rbp = s.regs[CpuState.RBP];
        boolean done = false;
        try {
            push(c, size, rbp);
            long frame = s.regs[CpuState.RSP];
            for (int n = 1; n < level; n++) {
                long at = rbp - (long) n * size;
                long linear;
                if (s.stackSize() == 8) {
                    linear = at;
                } else {
                    at &= s.stackSize() == 4 ? 0xFFFFFFFFL : 0xFFFF;
                    linear = Operands.linear(c, Instruction.SS, at, size, false);
                }
                push(c, size, c.mmu.read(linear, size));
            }
            if (level > 0) {
                push(c, size, frame);
            }
            adjust(s, -allocate);
            // The new top must be writable, or the instruction faults (SDM Vol. 2, ENTER).
            c.mmu.checkWrite(address(c, 0, size, true), size);
            Operands.writeRegister(s, CpuState.RBP, size, frame);
            done = true;
        } finally {
            if (!done) {
                s.regs[CpuState.RSP] = oldRsp;
            }
        }
    }

    private static void pushAll(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = i.operandSize;
        long oldRsp = s.regs[CpuState.RSP];
        for (int n = 1; n <= 8; n++) {
            c.mmu.checkWrite(address(c, (long) -n * size, size, true), size);
        }
        for (int n = 0; n < 8; n++) {
            push(c, size, n == CpuState.RSP ? oldRsp : s.regs[n]);
        }
    }

    private static void popAll(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = i.operandSize;
        for (int n = 0; n < 8; n++) {
            c.mmu.checkRead(address(c, (long) n * size, size, false), size);
        }
        for (int n = 7; n >= 0; n--) {
            if (n != CpuState.RSP) {
                Operands.writeRegister(s, n, size, peek(c, (7L - n) * size, size));
            }
        }
        adjust(s, 8L * size);
    }
}
