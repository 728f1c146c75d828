package org.linuxemu.core.oracle;

import java.util.ArrayList;
import java.util.List;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.InstructionDecoder;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.OpcodeEntry;
import org.linuxemu.core.decode.OpcodeMap;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.decode.RandomEncoder;
import org.linuxemu.core.state.Rflags;

/**
 * Draws vectors from the opcode table. Element {@code n} of a seed's sequence does not depend on
 * the others.
 */
final class VectorGenerator {
    private static final int STACK = 4;
    private static final int FRAME = 5;

    private final long seed;
    private final List<OpcodeEntry> rows = new ArrayList<>();
    private final RandomEncoder encoder = new RandomEncoder();
    private final InstructionDecoder decoder = new InstructionDecoder();
    private Draw draw;

    VectorGenerator(long seed, CoveredRows covered) {
        this.seed = seed;
        for (OpcodeEntry e : OpcodeMap.instance().entries()) {
            if (covered.includes(e)) {
                rows.add(e);
            }
        }
    }

    List<OpcodeEntry> rows() {
        return rows;
    }

    /** What the data window holds before every vector: random quadwords, many of them special. */
    static byte[] window() {
        Draw d = new Draw(0x57494E444F57L);
        byte[] window = new byte[Layout.WINDOW_SIZE];
        for (int i = 0; i < window.length; i += 8) {
            long value = d.operand();
            for (int k = 0; k < 8; k++) {
                window[i + k] = (byte) (value >>> (8 * k));
            }
        }
        return window;
    }

    Vector vector(long index) {
        for (int attempt = 0; ; attempt++) {
            draw = Draw.of(seed + attempt * 0x5851F42D4C957F2DL, index);
            Vector v = attempt();
            if (v != null) {
                v.index = index;
                return v;
            }
        }
    }

    /** A vector of random bytes instead of a row's encoding. */
    Vector randomBytes(long index) {
        for (int attempt = 0; ; attempt++) {
            draw = Draw.of(~seed + attempt * 0x5851F42D4C957F2DL, index);
            Vector v = new Vector();
            v.compatibility = draw.percent(25);
            v.code = RandomBytes.draw(draw);
            v.decode(decoder);
            if (v.decoded.entry != null) {
                v.code = java.util.Arrays.copyOf(v.code, v.decoded.length);
            }
            encoder.displacementSize = 0;
            v = complete(v);
            if (v != null) {
                v.index = index;
                return v;
            }
        }
    }

    private Vector attempt() {
        Vector v = new Vector();
        OpcodeEntry row = rows.get(draw.below(rows.size()));
        v.compatibility =
                row.is(OpcodeEntry.INVALID_64)
                        ? !draw.percent(3)
                        : draw.percent(row.is(OpcodeEntry.ONLY_64) ? 2 : 20);
        encoder.encode(row, v.compatibility ? 4 : 8, draw);
        v.code = java.util.Arrays.copyOf(encoder.bytes, encoder.length);
        v.decode(decoder);
        return complete(v);
    }

    /** Draws the state around the code; null if the vector cannot be compared. */
    private Vector complete(Vector v) {
        if (!CoveredRows.comparable(v)) {
            return null;
        }
        v.rip = codeAddress(v);
        v.rflags = 0x202 | draw.next() & Rflags.ARITHMETIC;
        if (draw.percent(30)) {
            v.rflags |= Rflags.DF;
        }
        if (draw.percent(2) && HostDifferences.alignmentChecks(v.decoded)) {
            v.rflags |= Rflags.AC;
        }
        for (int i = 0; i < 16; i++) {
            v.gpr[i] = i > 0 && draw.percent(10) ? v.gpr[draw.below(i)] : draw.operand();
        }
        v.gpr[STACK] = draw.percent(90) ? target(8, v) & ~7 : target(8, v);
        v.gpr[FRAME] = draw.percent(50) ? target(8, v) : v.gpr[FRAME];
        if (draw.percent(50)) {
            v.fsBase = target(8, v) - draw.below(4096);
            v.gsBase = draw.percent(50) ? draw.operand() << 16 >> 16 : target(8, v);
        }
        if (v.compatibility) {
            v.fsBase &= 0xFFFFFFFFL;
            v.gsBase &= 0xFFFFFFFFL;
        } else {
            v.fsBase = v.fsBase << 16 >> 16;
            v.gsBase = v.gsBase << 16 >> 16;
        }
        if (CoveredRows.usesFp(v.decoded)) {
            v.fp = FpVectors.draw(draw, v.decoded);
        }
        operands(v);
        if (HostDifferences.wrapsSegment(v)) {
            return null;
        }
        return v;
    }

    private long codeAddress(Vector v) {
        int length = v.code.length;
        int choice = draw.below(100);
        if (choice < 5) {
            return Layout.CODE + 0x1000 - 1 - draw.below(length);
        }
        // How much of an undefined instruction is fetched before #UD differs between processors.
        boolean undefined =
                v.decoded.entry == null
                        || v.decoded.mnemonic == Mnemonic.UD0
                        || v.decoded.mnemonic == Mnemonic.UD1;
        if (choice < 6 && length > 1 && !undefined) {
            return Layout.CODE + Layout.CODE_SIZE - 1 - draw.below(length);
        }
        return Layout.CODE + 0x100 + draw.below(0xE00);
    }

    /** An address for an operand of so many bytes: mostly writable, sometimes not. */
    private long target(int size, Vector v) {
        long window = v.compatibility || draw.percent(60) ? Layout.WINDOW : Layout.WINDOW_HIGH;
        int choice = draw.below(100);
        int room = Layout.RW_SIZE - 2 * size - 64;
        if (choice < 55) {
            return window + 32 + draw.below(room) / size * size;
        }
        if (choice < 80) {
            return window + 32 + draw.below(room);
        }
        if (choice < 88) {
            return window + 0x1000L * (1 + draw.below(3)) - draw.below(size + 1);
        }
        if (choice < 91) {
            return window + Layout.RW_SIZE - draw.below(size + 1);
        }
        if (choice < 93) {
            return window + Layout.RW_SIZE + draw.below(4096 - size);
        }
        if (choice < 95) {
            return window + Layout.WINDOW_SIZE - draw.below(size + 1);
        }
        if (choice < 97) {
            return window - draw.below(size + 1);
        }
        if (choice < 98) {
            return window + Layout.WINDOW_SIZE + draw.below(0x100000);
        }
        if (choice < 99 || v.compatibility) {
            // Not across the end of a 4 GiB segment, which need not be checked (SDM Vol. 3, 5.3).
            return 0xFFFFFFFFFFFFF000L + draw.below(v.compatibility ? 3072 : 4096);
        }
        return draw.coin() ? draw.next() : 0x7FFFFFFFFFFFL - draw.below(2 * size);
    }

    private void operands(Vector v) {
        Instruction i = v.decoded;
        if (i.entry == null) {
            return;
        }
        beforeAddress(v, i);
        if (i.segment >= 0 && i.hasMemory()) {
            int size = Math.max(1, memorySize(i));
            long target = target(size, v);
            aim(v, i, target);
            if (i.mnemonic == Mnemonic.LDMXCSR) {
                patchAt(v, target, mxcsrImage());
            } else if (i.mnemonic == Mnemonic.FXRSTOR) {
                fxImage(v, target);
            } else if (draw.percent(50)) {
                patchAt(v, target, draw.operand(), draw.operand());
            }
        }
        afterAddress(v, i);
    }

    private long mxcsrImage() {
        long value = draw.next();
        value &= draw.percent(80) ? 0xFFFFFFFF0000FFFFL : -1L;
        return value & ~(long) HostDifferences.MISALIGNED_EXCEPTION_MASK;
    }

    private void fxImage(Vector v, long target) {
        long[] image = new long[64];
        for (int k = 0; k < 64; k++) {
            image[k] = draw.operand();
        }
        image[3] = mxcsrImage();
        patchAt(v, target, image);
    }

    private static int memorySize(Instruction i) {
        for (int operand : new int[] {i.operand0, i.operand1, i.operand2, i.operand3}) {
            if (Operand.kind(operand) == Operand.MEMORY) {
                return Operand.size(operand);
            }
        }
        return 8;
    }

    /** Puts values where an address points, if that is in the window. */
    private void patchAt(Vector v, long address, long... values) {
        long offset = address - (address < Layout.WINDOW_HIGH ? Layout.WINDOW : Layout.WINDOW_HIGH);
        if (offset < 0 || offset + 8L * values.length + 8 > Layout.RW_SIZE) {
            return;
        }
        int shift = (int) offset & 7;
        if (shift == 0) {
            v.patch(new Vector.Patch((int) offset, values));
            return;
        }
        // Shift the values into place; the bytes before and behind become zero.
        long[] shifted = new long[values.length + 1];
        for (int k = 0; k < values.length; k++) {
            shifted[k] |= values[k] << (8 * shift);
            shifted[k + 1] |= values[k] >>> (64 - 8 * shift);
        }
        v.patch(new Vector.Patch((int) offset & ~7, shifted));
    }

    /** Sets registers or displacement so that the memory operand is at a linear address. */
    private void aim(Vector v, Instruction i, long target) {
        long ea = target;
        if (i.segment >= Instruction.FS && i.mnemonic != Mnemonic.LEA) {
            ea -= i.segment == Instruction.FS ? v.fsBase : v.gsBase;
            if (HostDifferences.offsetNotCanonical(v, ea)) {
                v.fsBase = v.gsBase = 0;
                ea = target;
            }
        }
        if (i.base == Instruction.RIP) {
            setDisplacement(v, ea - (v.rip + v.code.length));
            return;
        }
        if (i.base == Instruction.NO_REGISTER) {
            if (i.index != Instruction.NO_REGISTER) {
                v.gpr[i.index] = draw.below(0x1000) - 0x800L;
                ea -= v.gpr[i.index] << i.scale;
            }
            setDisplacement(v, ea);
            return;
        }
        if (i.base == i.index) {
            v.gpr[i.base] = (ea - i.displacement) / (1 + (1 << i.scale));
            return;
        }
        long index = i.index == Instruction.NO_REGISTER ? 0 : v.gpr[i.index] << i.scale;
        long base = ea - i.displacement - index;
        if (i.addressSize == 4 && draw.percent(50)) {
            base = base & 0xFFFFFFFFL | draw.next() << 32;
        } else if (i.addressSize == 2) {
            base = base & 0xFFFF | draw.next() << 16;
        }
        v.gpr[i.base] = base;
    }

    private void setDisplacement(Vector v, long value) {
        for (int k = 0; k < encoder.displacementSize && encoder.displacementSize >= 4; k++) {
            v.code[encoder.displacementAt + k] = (byte) (value >>> (8 * k));
        }
        v.decode(decoder);
    }

    private static boolean isRegister(int operand, int number) {
        return Operand.kind(operand) == Operand.GPR && Operand.number(operand) == number;
    }

    /** Values that must be set before the address is computed, because it may use them. */
    private void beforeAddress(Vector v, Instruction i) {
        switch (i.mnemonic) {
            case BT:
            case BTS:
            case BTR:
            case BTC:
                if (Operand.kind(i.operand1) == Operand.GPR && draw.percent(80)) {
                    v.gpr[Operand.number(i.operand1)] = draw.below(0x4000) - 0x2000L;
                }
                break;
            case SHL:
            case SHR:
            case SAR:
            case ROL:
            case ROR:
            case RCL:
            case RCR:
            case SHLD:
            case SHRD:
                if (draw.percent(70)) {
                    v.gpr[1] = v.gpr[1] & ~0xFFL | draw.below(256);
                }
                break;
            default:
                break;
        }
    }

    private void afterAddress(Vector v, Instruction i) {
        switch (i.mnemonic) {
            case MOVS:
            case STOS:
            case LODS:
            case CMPS:
            case SCAS:
                string(v, i);
                break;
            case XLAT:
                v.gpr[3] = segmentOffset(v, i.segmentOverride, target(256, v));
                break;
            case DIV:
            case IDIV:
                divide(v, i);
                break;
            case CMPXCHG:
                if (draw.percent(50)) {
                    compareEqual(v, i);
                }
                break;
            case RET:
                patchAt(v, v.gpr[STACK], branchTarget(v));
                break;
            case JMP:
            case CALL:
                branch(v, i);
                break;
            case LOOP:
            case LOOPE:
            case LOOPNE:
            case JCXZ:
                if (draw.percent(70)) {
                    v.gpr[1] = v.gpr[1] & ~0xFFFFFFFFL | draw.below(3);
                    v.gpr[1] = draw.coin() ? draw.below(3) : v.gpr[1];
                }
                break;
            case ENTER:
            case LEAVE:
                if (draw.percent(80)) {
                    v.gpr[FRAME] = target(8, v);
                }
                break;
            case POPF:
                patchAt(v, v.gpr[STACK], draw.next() & ~(long) Rflags.TF);
                break;
            default:
                break;
        }
    }

    private static long segmentOffset(Vector v, int segment, long linear) {
        if (HostDifferences.offsetNotCanonical(v, linear - v.fsBase)
                || HostDifferences.offsetNotCanonical(v, linear - v.gsBase)) {
            v.fsBase = v.gsBase = 0;
        }
        return segment == Instruction.FS
                ? linear - v.fsBase
                : segment == Instruction.GS ? linear - v.gsBase : linear;
    }

    private void string(Vector v, Instruction i) {
        int size = Math.max(Operand.size(i.operand0), Operand.size(i.operand1));
        long to = target(size, v);
        long from =
                draw.percent(40)
                        ? to + (draw.below(5) - 2L) * size + draw.below(3)
                        : target(size, v);
        v.gpr[6] = segmentOffset(v, i.segmentOverride, from);
        v.gpr[7] = to;
        if (i.addressSize == 4 && draw.coin()) {
            v.gpr[6] = v.gpr[6] & 0xFFFFFFFFL | draw.next() << 32;
            v.gpr[7] = v.gpr[7] & 0xFFFFFFFFL | draw.next() << 32;
        }
        int choice = draw.below(100);
        long count =
                choice < 60
                        ? draw.below(20)
                        : choice < 90 ? draw.below(600) : choice < 97 ? draw.below(6000) : 20000;
        if (i.addressSize != 8 && draw.coin()) {
            count |= draw.next() << 8 * i.addressSize;
        }
        v.gpr[1] = count;
        if (draw.percent(30)) {
            // A run of equal elements, for repeats that compare.
            long value = draw.coin() ? v.gpr[0] : draw.operand();
            long[] values = new long[4 + draw.below(12)];
            java.util.Arrays.fill(values, value);
            patchAt(v, from, values);
            patchAt(v, to, values);
        }
    }

    /** Mostly a dividend whose quotient fits. */
    private void divide(Vector v, Instruction i) {
        int size = Operand.size(i.operand0);
        switch (draw.below(4)) {
            case 0:
                return;
            case 1:
                v.gpr[2] = 0;
                break;
            case 2:
                v.gpr[2] = v.gpr[0] << (64 - 8 * size) >> 63;
                break;
            default:
                v.gpr[2] = draw.operand() >>> draw.below(8 * size) + 1 >>> (64 - 8 * size);
                break;
        }
        if (size == 1) {
            v.gpr[0] = v.gpr[0] & 0xFF | (v.gpr[2] & 0xFF) << 8;
        }
    }

    private void compareEqual(Vector v, Instruction i) {
        if (Operand.kind(i.operand0) == Operand.GPR) {
            v.gpr[0] = v.gpr[Operand.number(i.operand0)];
        } else if (v.patches.length > 0) {
            Vector.Patch p = v.patches[0];
            if (p.offset % 8 == 0) {
                v.gpr[0] = p.values[0];
            }
        }
    }

    /** Somewhere in the code pages but not at the instruction itself, sometimes anywhere. */
    private long branchTarget(Vector v) {
        if (draw.percent(10)) {
            return v.compatibility ? draw.operand() & 0xFFFFFFFFL : draw.operand() << 16 >> 16;
        }
        long at = Layout.CODE + draw.below(Layout.CODE_SIZE);
        return at >= v.rip - 1 && at < v.rip + 16 ? v.rip + 16 : at;
    }

    private void branch(Vector v, Instruction i) {
        switch (Operand.kind(i.operand0)) {
            case Operand.GPR:
                v.gpr[Operand.number(i.operand0)] = branchTarget(v);
                break;
            case Operand.MEMORY:
                {
                    long linear = linear(v, i);
                    v.patches = new Vector.Patch[0];
                    patchAt(v, linear, branchTarget(v));
                    break;
                }
            default:
                break;
        }
    }

    /** Offset of the memory operand in its segment. */
    static long effectiveAddress(Vector v, Instruction i) {
        long ea = i.displacement;
        if (i.base == Instruction.RIP) {
            ea += v.rip + v.code.length;
        } else {
            ea += i.base < 16 ? v.gpr[i.base] : 0;
            ea += i.index < 16 ? v.gpr[i.index] << i.scale : 0;
        }
        return i.addressSize == 8 ? ea : i.addressSize == 4 ? ea & 0xFFFFFFFFL : ea & 0xFFFF;
    }

    /** Linear address of the memory operand. */
    static long linear(Vector v, Instruction i) {
        long ea = effectiveAddress(v, i);
        return i.segment == Instruction.FS
                ? ea + v.fsBase
                : i.segment == Instruction.GS ? ea + v.gsBase : ea;
    }
}
