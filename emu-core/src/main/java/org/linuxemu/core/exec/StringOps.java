package org.linuxemu.core.exec;

import java.util.Arrays;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * String instructions. With a REP prefix one call does at most {@link ExecContext#repeatLimit}
 * iterations, each costing one cycle, and leaves RIP at the instruction when some remain: so a
 * repeat is interrupted at the same iteration whatever engine runs it. Every completed iteration is
 * committed before the next may fault.
 */
public final class StringOps {
    private StringOps() {}

    public static void execute(ExecContext c, Instruction i) {
        if (!i.has(Instruction.REP | Instruction.REPNE)) {
            iterate(c, i, 1);
            return;
        }
        CpuState s = c.state;
        boolean port = i.mnemonic == Mnemonic.INS || i.mnemonic == Mnemonic.OUTS;
        if (port) {
            // The permission is checked even if there is nothing to do.
            int size = Operand.size(i.mnemonic == Mnemonic.INS ? i.operand0 : i.operand1);
            SystemOps.checkPortAccess(c, (int) s.regs[CpuState.RDX] & 0xFFFF, size);
        }
        long count = Operands.readRegister(s, CpuState.RCX, i.addressSize);
        if (count == 0) {
            return;
        }
        long limit = Math.max(1, c.repeatLimit);
        long todo = Long.compareUnsigned(count, limit) < 0 ? count : limit;
        boolean conditional = i.mnemonic == Mnemonic.CMPS || i.mnemonic == Mnemonic.SCAS;
        if (port) {
            todo = 1; // the clock must move between port accesses
        }
        while (todo > 0) {
            long done = iterate(c, i, todo);
            todo -= done;
            count -= done;
            Operands.writeRegister(s, CpuState.RCX, i.addressSize, count);
            // All are counted, in case that the next iteration does not come to its end.
            c.extraCycles += done;
            if (conditional && s.zero() != i.has(Instruction.REP)) {
                count = 0;
                break;
            }
            if (c.stateChanged) {
                break; // a watchpoint was hit
            }
        }
        c.extraCycles--; // the instruction's own
        if (count != 0) {
            s.rip = c.instructionRip;
        }
    }

    /** Does between 1 and {@code most} iterations and returns how many. */
    private static long iterate(ExecContext c, Instruction i, long most) {
        switch (i.mnemonic) {
            case MOVS:
                return move(c, i, most);
            case STOS:
                return store(c, i, most);
            case LODS:
                {
                    int size = Operand.size(i.operand0);
                    long value = c.mmu.read(source(c, i, size), size);
                    Operands.writeRegister(c.state, CpuState.RAX, size, value);
                    advance(c, i, CpuState.RSI, size);
                    return 1;
                }
            case CMPS:
                {
                    int size = Operand.size(i.operand0);
                    // ES:rDI is read first, as a page fault in both shows.
                    long b =
                            Operands.signExtend(
                                    c.mmu.read(destination(c, i, size, false), size), size);
                    long a = Operands.signExtend(c.mmu.read(source(c, i, size), size), size);
                    compareFlags(c, a, b, size);
                    advance(c, i, CpuState.RSI, size);
                    advance(c, i, CpuState.RDI, size);
                    return 1;
                }
            case SCAS:
                {
                    int size = Operand.size(i.operand0);
                    long a = Operands.signExtend(c.state.regs[CpuState.RAX], size);
                    long b =
                            Operands.signExtend(
                                    c.mmu.read(destination(c, i, size, false), size), size);
                    compareFlags(c, a, b, size);
                    advance(c, i, CpuState.RDI, size);
                    return 1;
                }
            case INS:
                {
                    int size = Operand.size(i.operand0);
                    int port = (int) c.state.regs[CpuState.RDX] & 0xFFFF;
                    SystemOps.checkPortAccess(c, port, size);
                    long linear = destination(c, i, size, true);
                    c.mmu.checkWrite(linear, size);
                    c.mmu.write(linear, size, c.ports.in(port, size));
                    c.portAccessed(port, size);
                    advance(c, i, CpuState.RDI, size);
                    return 1;
                }
            default: // OUTS
                {
                    int size = Operand.size(i.operand1);
                    int port = (int) c.state.regs[CpuState.RDX] & 0xFFFF;
                    SystemOps.checkPortAccess(c, port, size);
                    long value = c.mmu.read(source(c, i, size), size);
                    c.ports.out(port, size, (int) value);
                    c.portAccessed(port, size);
                    advance(c, i, CpuState.RSI, size);
                    return 1;
                }
        }
    }

    private static void compareFlags(ExecContext c, long a, long b, int size) {
        ArithmeticOps.setFlags(c.state, CpuState.FLAGS_SUB, a, b, Operands.signExtend(a - b, size));
    }

    private static long source(ExecContext c, Instruction i, int size) {
        long offset = Operands.readRegister(c.state, CpuState.RSI, i.addressSize);
        return Operands.linear(c, i.segment, offset, size, false);
    }

    private static long destination(ExecContext c, Instruction i, int size, boolean write) {
        long offset = Operands.readRegister(c.state, CpuState.RDI, i.addressSize);
        return Operands.linear(c, Instruction.ES, offset, size, write);
    }

    private static void advance(ExecContext c, Instruction i, int register, long bytes) {
        long step = (c.state.systemFlags & Rflags.DF) != 0 ? -bytes : bytes;
        Operands.writeRegister(c.state, register, i.addressSize, c.state.regs[register] + step);
    }

    /**
     * Iterations that stay inside the page of {@code linear} going up, at most {@code most}; 0 when
     * going down or when segment limits would have to be checked one by one.
     */
    private static long run(ExecContext c, Instruction i, long linear, int size, long most) {
        if (i.addressSize != 8 || (c.state.systemFlags & Rflags.DF) != 0) {
            return 0;
        }
        return Math.min(most, (4096 - (linear & 0xFFF)) / size);
    }

    private static long move(ExecContext c, Instruction i, long most) {
        int size = Operand.size(i.operand0);
        long from = source(c, i, size);
        long to = destination(c, i, size, true);
        long n = most == 1 ? 0 : Math.min(run(c, i, from, size, most), run(c, i, to, size, most));
        if (n > 1) {
            byte[] source = c.mmu.readableFrame(from);
            byte[] target = c.mmu.writableFrame(to);
            if (source != null && target != null) {
                int fromOffset = (int) from & 0xFFF;
                int toOffset = (int) to & 0xFFF;
                if (source == target && toOffset > fromOffset && toOffset - fromOffset < n * size) {
                    // Overlapping: what was stored is read again, so copy no more than the distance
                    // at once.
                    n = (toOffset - fromOffset) / size;
                }
                if (n > 0) {
                    System.arraycopy(source, fromOffset, target, toOffset, (int) n * size);
                    advance(c, i, CpuState.RSI, n * size);
                    advance(c, i, CpuState.RDI, n * size);
                    return n;
                }
            }
        }
        c.mmu.write(to, size, c.mmu.read(from, size));
        advance(c, i, CpuState.RSI, size);
        advance(c, i, CpuState.RDI, size);
        return 1;
    }

    private static long store(ExecContext c, Instruction i, long most) {
        int size = Operand.size(i.operand0);
        long to = destination(c, i, size, true);
        long value = c.state.regs[CpuState.RAX];
        long n = most == 1 ? 0 : run(c, i, to, size, most);
        byte[] target = n > 1 ? c.mmu.writableFrame(to) : null;
        if (target == null) {
            c.mmu.write(to, size, value);
            advance(c, i, CpuState.RDI, size);
            return 1;
        }
        int offset = (int) to & 0xFFF;
        int end = offset + (int) n * size;
        long pattern = (value & 0xFF) * 0x0101010101010101L;
        if (Operands.zeroExtend(pattern ^ value, size) == 0) {
            Arrays.fill(target, offset, end, (byte) value);
        } else {
            for (int at = offset; at < end; at += size) {
                AddressSpace.put(target, at, size, value);
            }
        }
        advance(c, i, CpuState.RDI, n * size);
        return n;
    }
}
