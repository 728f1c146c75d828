package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.exception.Descriptors;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * LAR, LSL, VERR and VERW: what a descriptor allows, told in ZF instead of by a fault (SDM Vol. 3,
 * 5.10).
 */
final class DescriptorQueryOps {
    /**
     * Bits of the descriptor's high word that LAR delivers; processors leave limit bits 19:16 in.
     */
    private static final long ACCESS_RIGHTS = 0x00FFFF00L;

    // System descriptor types that the instructions know, bit n for type n.
    private static final int LAR_TYPES = bits(1, 2, 3, 4, 5, 9, 11, 12);
    private static final int LAR_TYPES_LONG = bits(2, 9, 11, 12);
    private static final int LSL_TYPES = bits(1, 2, 3, 9, 11);
    private static final int LSL_TYPES_LONG = bits(2, 9, 11);

    private DescriptorQueryOps() {}

    private static int bits(int... types) {
        int mask = 0;
        for (int type : types) {
            mask |= 1 << type;
        }
        return mask;
    }

    static void lar(ExecContext c, Instruction i) {
        SegmentOps.requireProtected(c);
        int selector = (int) Operands.read(c, i, i.operand1) & 0xFFFF;
        long address = find(c.state, selector);
        if (address != Descriptors.OUTSIDE) {
            long d = c.mmu.readSystem(address, 8);
            if (visible(c.state, selector, d, c.state.longMode() ? LAR_TYPES_LONG : LAR_TYPES)) {
                Operands.write(c, i, i.operand0, d >>> 32 & ACCESS_RIGHTS);
                setZero(c.state, true);
                return;
            }
        }
        setZero(c.state, false);
    }

    static void lsl(ExecContext c, Instruction i) {
        SegmentOps.requireProtected(c);
        int selector = (int) Operands.read(c, i, i.operand1) & 0xFFFF;
        long address = find(c.state, selector);
        if (address != Descriptors.OUTSIDE) {
            long d = c.mmu.readSystem(address, 8);
            if (visible(c.state, selector, d, c.state.longMode() ? LSL_TYPES_LONG : LSL_TYPES)) {
                Operands.write(c, i, i.operand0, Descriptors.limit(d));
                setZero(c.state, true);
                return;
            }
        }
        setZero(c.state, false);
    }

    static void verify(ExecContext c, Instruction i, boolean write) {
        SegmentOps.requireProtected(c);
        int selector = (int) Operands.read(c, i, i.operand0) & 0xFFFF;
        long address = find(c.state, selector);
        boolean ok = false;
        if (address != Descriptors.OUTSIDE) {
            long d = c.mmu.readSystem(address, 8);
            ok =
                    (write ? Descriptors.isWritableData(d) : Descriptors.isReadable(d))
                            && visible(c.state, selector, d, 0);
        }
        setZero(c.state, ok);
    }

    private static long find(CpuState s, int selector) {
        return Descriptors.isNull(selector)
                ? Descriptors.OUTSIDE
                : Descriptors.address(s, selector);
    }

    private static boolean visible(CpuState s, int selector, long d, int systemTypes) {
        if (Descriptors.isSystem(d) && (systemTypes >> Descriptors.type(d) & 1) == 0) {
            return false;
        }
        boolean conforming = !Descriptors.isSystem(d) && Descriptors.isConforming(d);
        return conforming || Math.max(s.cpl, selector & 3) <= Descriptors.dpl(d);
    }

    /** Sets ZF and leaves the other arithmetic flags. */
    static void setZero(CpuState s, boolean zero) {
        int flags = s.arithmeticFlags() & ~Rflags.ZF;
        s.setArithmeticFlags(zero ? flags | Rflags.ZF : flags);
    }
}
