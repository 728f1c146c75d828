package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;

/**
 * Control instructions of the x87 and the memory images of its state (SDM Vol. 1, 8.1.10 and
 * 8.3.9).
 */
final class X87Environment {
    private static final int INITIAL_CONTROL = 0x37F;
    private static final int EXCEPTION_BITS = 0x80FF;

    private X87Environment() {}

    static void execute(ExecContext c, Instruction i) {
        CpuState s = c.state;
        switch (i.mnemonic) {
            case FNINIT:
                initialize(s);
                break;
            case FNCLEX:
                s.fpStatus &= ~EXCEPTION_BITS;
                break;
            case FNSTCW:
                c.mmu.writeShort(Operands.address(c, i, 2, true), s.fpControl);
                break;
            case FNSTSW:
                Operands.write(c, i, i.operand0, X87Stack.statusWord(s));
                break;
            case FLDCW:
                X87Stack.setControlWord(s, (int) Operands.read(c, i, i.operand0));
                break;
            case FNSTENV:
                storeEnvironment(c, i);
                break;
            case FLDENV:
                loadEnvironment(c, i);
                break;
            case FNSAVE:
                save(c, i);
                break;
            case FRSTOR:
                restore(c, i);
                break;
            case FFREE:
            case FFREEP:
                X87Stack.begin(c, i);
                s.fpEmpty |= 1 << X87Stack.physical(s, Operand.number(i.operand0));
                if (i.mnemonic == Mnemonic.FFREEP) {
                    X87Stack.pop(s);
                }
                break;
            case FINCSTP:
                X87Stack.begin(c, i);
                s.fpTop = (s.fpTop + 1) & 7;
                break;
            case FDECSTP:
                X87Stack.begin(c, i);
                s.fpTop = (s.fpTop - 1) & 7;
                break;
            case FNOP:
                X87Stack.beginKeepingC1(c, i);
                break;
            default: // FNENI, FNDISI, FNSETPM: nothing since the 387
                break;
        }
    }

    /** The state after FNINIT; the registers keep their contents but are empty. */
    static void initialize(CpuState s) {
        s.fpControl = INITIAL_CONTROL;
        s.fpStatus = 0;
        s.fpTop = 0;
        s.fpEmpty = 0xFF;
        s.fpOpcode = 0;
        s.fpInstructionPointer = 0;
        s.fpInstructionSelector = 0;
        s.fpDataPointer = 0;
        s.fpDataSelector = 0;
    }

    /** Linear address {@code n} bytes behind another. */
    static long at(ExecContext c, long linear, int n) {
        return c.state.is64Bit() ? linear + n : (linear + n) & 0xFFFFFFFFL;
    }

    private static boolean wide(Instruction i) {
        return i.operandSize != 2;
    }

    /** Size of the environment: 14 bytes with 16-bit operand size, 28 with 32-bit. */
    private static int environmentSize(Instruction i) {
        return wide(i) ? 28 : 14;
    }

    private static void storeEnvironment(ExecContext c, Instruction i) {
        int size = environmentSize(i);
        long linear = Operands.address(c, i, size, true);
        c.mmu.checkWrite(linear, size);
        writeEnvironment(c, i, linear);
        CpuState s = c.state;
        X87Stack.setControlWord(s, s.fpControl | 0x3F);
    }

    private static void save(ExecContext c, Instruction i) {
        int size = environmentSize(i);
        long linear = Operands.address(c, i, size + 80, true);
        c.mmu.checkWrite(linear, size + 80);
        writeEnvironment(c, i, linear);
        CpuState s = c.state;
        for (int r = 0; r < 8; r++) {
            c.mmu.writeLong(at(c, linear, size + 10 * r), X87Stack.significand(s, r));
            c.mmu.writeShort(at(c, linear, size + 10 * r + 8), X87Stack.signExp(s, r));
        }
        initialize(s);
    }

    private static void writeEnvironment(ExecContext c, Instruction i, long linear) {
        CpuState s = c.state;
        int cw = s.fpControl;
        int sw = X87Stack.statusWord(s);
        int tw = X87Stack.tagWord(s);
        int ip = (int) s.fpInstructionPointer;
        int dp = (int) s.fpDataPointer;
        int third; // what follows the instruction pointer, and the data pointer
        int fifth;
        if (s.realOrV86()) {
            ip += s.fpInstructionSelector << 4;
            dp += s.fpDataSelector << 4;
            third = (wide(i) ? ip >>> 16 << 12 : ip >>> 4 & 0xF000) | s.fpOpcode;
            fifth = wide(i) ? dp >>> 16 << 12 : dp >>> 4 & 0xF000;
        } else {
            third = s.fpInstructionSelector | (wide(i) ? s.fpOpcode << 16 : 0);
            fifth = s.fpDataSelector;
        }
        if (wide(i)) {
            c.mmu.writeInt(linear, cw | 0xFFFF0000);
            c.mmu.writeInt(at(c, linear, 4), sw | 0xFFFF0000);
            c.mmu.writeInt(at(c, linear, 8), tw | 0xFFFF0000);
            c.mmu.writeInt(at(c, linear, 12), s.realOrV86() ? ip | 0xFFFF0000 : ip);
            c.mmu.writeInt(at(c, linear, 16), third);
            c.mmu.writeInt(at(c, linear, 20), s.realOrV86() ? dp | 0xFFFF0000 : dp);
            c.mmu.writeInt(at(c, linear, 24), s.realOrV86() ? fifth : fifth | 0xFFFF0000);
        } else {
            c.mmu.writeShort(linear, cw);
            c.mmu.writeShort(at(c, linear, 2), sw);
            c.mmu.writeShort(at(c, linear, 4), tw);
            c.mmu.writeShort(at(c, linear, 6), ip);
            c.mmu.writeShort(at(c, linear, 8), third);
            c.mmu.writeShort(at(c, linear, 10), dp);
            c.mmu.writeShort(at(c, linear, 12), fifth);
        }
    }

    private static void loadEnvironment(ExecContext c, Instruction i) {
        int size = environmentSize(i);
        long linear = Operands.address(c, i, size, false);
        c.mmu.checkRead(linear, size);
        readEnvironment(c, i, linear);
    }

    private static void restore(ExecContext c, Instruction i) {
        int size = environmentSize(i);
        long linear = Operands.address(c, i, size + 80, false);
        c.mmu.checkRead(linear, size + 80);
        readEnvironment(c, i, linear);
        CpuState s = c.state;
        for (int r = 0; r < 8; r++) {
            int p = X87Stack.physical(s, r);
            s.fpSignificand[p] = c.mmu.readLong(at(c, linear, size + 10 * r));
            s.fpSignExponent[p] = c.mmu.readShort(at(c, linear, size + 10 * r + 8));
        }
    }

    private static void readEnvironment(ExecContext c, Instruction i, long linear) {
        CpuState s = c.state;
        int step = wide(i) ? 4 : 2;
        int cw = c.mmu.readShort(linear);
        int sw = c.mmu.readShort(at(c, linear, step));
        int tw = c.mmu.readShort(at(c, linear, 2 * step));
        int ip = (int) c.mmu.read(at(c, linear, 3 * step), step);
        int third = (int) c.mmu.read(at(c, linear, 4 * step), step);
        int dp = (int) c.mmu.read(at(c, linear, 5 * step), step);
        int fifth = (int) c.mmu.read(at(c, linear, 6 * step), step);
        s.fpInstructionSelector = 0;
        s.fpDataSelector = 0;
        if (s.realOrV86()) {
            s.fpOpcode = third & 0x7FF;
            int mask = wide(i) ? 0xFFFF0000 : 0xF0000;
            ip = ip & 0xFFFF | third << 4 & mask;
            dp = dp & 0xFFFF | fifth << 4 & mask;
        } else {
            s.fpInstructionSelector = third & 0xFFFF;
            s.fpDataSelector = fifth & 0xFFFF;
            s.fpOpcode = wide(i) ? third >>> 16 & 0x7FF : 0;
        }
        s.fpInstructionPointer = ip & 0xFFFFFFFFL;
        s.fpDataPointer = dp & 0xFFFFFFFFL;
        X87Stack.setTagWord(s, tw);
        s.fpControl = cw & 0x1F3F | 0x40;
        X87Stack.setStatusWord(s, sw);
    }
}
