package org.linuxemu.core.cpu;

import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.core.debug.RegisterAccess;
import org.linuxemu.core.exec.ControlRegisterOps;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.exec.ExecContext;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;

/** The registers of a {@link Cpu} for a debugger. */
final class CpuRegisters implements RegisterAccess {
    /** gdb's order of the general registers to the processor's. */
    private static final int[] GENERAL = {0, 3, 1, 2, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15};

    /** CS SS DS ES FS GS to the numbers of {@link CpuState#segments}. */
    private static final int[] SEGMENTS = {1, 2, 3, 0, 4, 5};

    private final CpuState s;
    private final Mmu mmu;
    private final CpuModel model;
    private final ExecContext context;

    CpuRegisters(ExecContext context) {
        this.s = context.state;
        this.mmu = context.mmu;
        this.model = context.model;
        this.context = context;
    }

    private static int index(DebugRegister register, DebugRegister first) {
        return register.ordinal() - first.ordinal();
    }

    @Override
    public long read(DebugRegister register) {
        if (register.ordinal() <= DebugRegister.R15.ordinal()) {
            return s.regs[GENERAL[register.ordinal()]];
        }
        if (register.ordinal() >= DebugRegister.CS.ordinal()
                && register.ordinal() <= DebugRegister.GS.ordinal()) {
            return s.segments[SEGMENTS[index(register, DebugRegister.CS)]].selector;
        }
        switch (register) {
            case RIP:
                return s.rip;
            case EFLAGS:
                return s.rflags();
            case FCTRL:
                return s.fpControl;
            case FSTAT:
                return s.fpStatus & ~0x3800 | s.fpTop << 11;
            case FTAG:
                return tagWord();
            case FISEG:
                return s.fpInstructionSelector;
            case FIOFF:
                return s.fpInstructionPointer & 0xFFFFFFFFL;
            case FOSEG:
                return s.fpDataSelector;
            case FOOFF:
                return s.fpDataPointer & 0xFFFFFFFFL;
            case FOP:
                return s.fpOpcode;
            case MXCSR:
                return s.mxcsr & 0xFFFFFFFFL;
            case FS_BASE:
                return s.segments[4].base;
            case GS_BASE:
                return s.segments[5].base;
            case K_GS_BASE:
                return s.msr.kernelGsBase;
            case CR0:
                return s.cr0;
            case CR2:
                return s.cr2;
            case CR3:
                return s.cr3;
            case CR4:
                return s.cr4;
            case CR8:
                return ControlRegisterOps.taskPriority(context);
            case EFER:
                return s.efer;
            default:
                return 0;
        }
    }

    /** Two bits a register: 0 valid, 1 zero, 2 special, 3 empty. */
    private long tagWord() {
        long tags = 0;
        for (int n = 0; n < 8; n++) {
            int exponent = s.fpSignExponent[n] & 0x7FFF;
            long tag;
            if ((s.fpEmpty >> n & 1) != 0) {
                tag = 3;
            } else if (exponent == 0x7FFF || (exponent == 0 && s.fpSignificand[n] != 0)) {
                tag = 2;
            } else if (exponent == 0) {
                tag = 1;
            } else {
                tag = s.fpSignificand[n] < 0 ? 0 : 2;
            }
            tags |= tag << (2 * n);
        }
        return tags;
    }

    @Override
    public void read(DebugRegister register, byte[] destination, int offset) {
        if (register.isScalar()) {
            put(destination, offset, register.bytes(), read(register));
            return;
        }
        if (register.bytes() == 10) {
            int n = (s.fpTop + index(register, DebugRegister.ST0)) & 7;
            put(destination, offset, 8, s.fpSignificand[n]);
            put(destination, offset + 8, 2, s.fpSignExponent[n]);
            return;
        }
        int at = vectorIndex(register);
        put(destination, offset, 8, s.vectors[at]);
        put(destination, offset + 8, 8, s.vectors[at + 1]);
    }

    private static int vectorIndex(DebugRegister register) {
        return register.ordinal() >= DebugRegister.YMM0H.ordinal()
                ? 4 * index(register, DebugRegister.YMM0H) + 2
                : 4 * index(register, DebugRegister.XMM0);
    }

    private static void put(byte[] destination, int offset, int bytes, long value) {
        for (int i = 0; i < bytes; i++) {
            destination[offset + i] = (byte) (value >>> (8 * i));
        }
    }

    @Override
    public boolean write(DebugRegister register, long value) {
        if (register.ordinal() <= DebugRegister.R15.ordinal()) {
            s.regs[GENERAL[register.ordinal()]] = value;
            return true;
        }
        switch (register) {
            case RIP:
                s.rip = s.is64Bit() ? value : value & 0xFFFFFFFFL;
                s.halted = false; // the instruction there is to be executed
                return true;
            case EFLAGS:
                s.setRflags(value);
                mmu.updateContext();
                return true;
            case FS_BASE:
                s.setSegmentBase(4, value);
                return true;
            case GS_BASE:
                s.setSegmentBase(5, value);
                return true;
            case K_GS_BASE:
                s.msr.kernelGsBase = value;
                return true;
            case MXCSR:
                if ((value & ~0xFFFFL) != 0) {
                    return false;
                }
                s.mxcsr = (int) value;
                return true;
            case FCTRL:
                s.fpControl = (int) value & 0x1F7F | 0x40;
                summarizeFpExceptions();
                return true;
            case FSTAT:
                s.fpTop = (int) value >> 11 & 7;
                s.fpStatus = (int) value & 0xC7FF;
                summarizeFpExceptions();
                return true;
            case FTAG:
                s.fpEmpty = 0;
                for (int n = 0; n < 8; n++) {
                    if ((value >>> (2 * n) & 3) == 3) {
                        s.fpEmpty |= 1 << n;
                    }
                }
                return true;
            case FISEG:
                s.fpInstructionSelector = (int) value & 0xFFFF;
                return true;
            case FIOFF:
                s.fpInstructionPointer = value;
                return true;
            case FOSEG:
                s.fpDataSelector = (int) value & 0xFFFF;
                return true;
            case FOOFF:
                s.fpDataPointer = value;
                return true;
            case FOP:
                s.fpOpcode = (int) value & 0x7FF;
                return true;
            case CR2:
                s.cr2 = value;
                return true;
            case CR3:
                if ((value & ~((1L << 40) - 1)) != 0) {
                    return false;
                }
                s.cr3 = value;
                mmu.flushAll();
                return true;
            case CR0:
            case CR4:
            case EFER:
                return writeControl(register, value);
            case CR8:
                if ((value & ~15L) != 0) {
                    return false;
                }
                ControlRegisterOps.setTaskPriority(context, value);
                return true;
            default:
                // A selector can be set to the value it has; another would need its descriptor.
                return read(register) == value;
        }
    }

    /** Only bits that do not change the mode may be changed from outside. */
    private boolean writeControl(DebugRegister register, long value) {
        switch (register) {
            case CR0:
                {
                    long free =
                            ControlRegisters.CR0_WP
                                    | ControlRegisters.CR0_TS
                                    | ControlRegisters.CR0_AM
                                    | ControlRegisters.CR0_MP
                                    | ControlRegisters.CR0_EM
                                    | ControlRegisters.CR0_NE;
                    if (((value ^ s.cr0) & ~free) != 0) {
                        return false;
                    }
                    s.cr0 = value;
                    break;
                }
            case CR4:
                {
                    long free =
                            ControlRegisters.CR4_SMEP
                                    | ControlRegisters.CR4_SMAP
                                    | ControlRegisters.CR4_TSD
                                    | ControlRegisters.CR4_PGE
                                    | ControlRegisters.CR4_UMIP
                                    | ControlRegisters.CR4_DE;
                    if (((value ^ s.cr4) & ~free) != 0) {
                        return false;
                    }
                    s.cr4 = value;
                    break;
                }
            default:
                if (((value ^ s.efer) & ~(Efer.SCE | Efer.NXE)) != 0) {
                    return false;
                }
                s.efer = value;
                break;
        }
        mmu.flushAll();
        mmu.updateContext();
        return true;
    }

    @Override
    public boolean write(DebugRegister register, byte[] source, int offset) {
        if (register.isScalar()) {
            return write(register, get(source, offset, register.bytes()));
        }
        if (register.bytes() == 10) {
            int n = (s.fpTop + index(register, DebugRegister.ST0)) & 7;
            s.fpSignificand[n] = get(source, offset, 8);
            s.fpSignExponent[n] = (int) get(source, offset + 8, 2);
            return true;
        }
        int at = vectorIndex(register);
        s.vectors[at] = get(source, offset, 8);
        s.vectors[at + 1] = get(source, offset + 8, 8);
        return true;
    }

    private static long get(byte[] source, int offset, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (source[offset + i] & 0xFFL) << (8 * i);
        }
        return value;
    }

    @Override
    public boolean hasAvx() {
        return model.has("AVX");
    }

    @Override
    public long codeBase() {
        return s.is64Bit() ? 0 : s.cs().base;
    }

    @Override
    public int cpl() {
        return s.cpl;
    }

    @Override
    public int codeBits() {
        return 8 * s.codeSize();
    }

    @Override
    public boolean halted() {
        return s.halted;
    }

    /** ES and B follow from exceptions and masks, as after FLDENV. */
    private void summarizeFpExceptions() {
        boolean pending = (s.fpStatus & ~s.fpControl & 0x3F) != 0;
        s.fpStatus = pending ? s.fpStatus | 0x8080 : s.fpStatus & ~0x8080;
    }
}
