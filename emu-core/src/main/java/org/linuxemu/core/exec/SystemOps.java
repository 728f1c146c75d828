package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exception.Descriptors;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;
import org.linuxemu.core.state.SegmentRegister;

/** System instructions: interrupts, time, caches, TLB, ports (SDM Vol. 3, 2.8). */
public final class SystemOps {
    private SystemOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        CpuState s = c.state;
        switch (i.mnemonic) {
            case NOP:
            case ENDBR64:
            case ENDBR32:
            case PREFETCH:
            case LFENCE:
            case MFENCE:
            case SFENCE:
                break;
            case PAUSE:
                c.charge(InstructionCosts.PAUSE);
                break;
            case HLT:
                c.requireCpl0();
                s.halted = true;
                c.stateChanged = true;
                break;
            case CLI:
                requireIopl(c);
                s.systemFlags &= ~Rflags.IF;
                c.stateChanged = true;
                break;
            case STI:
                requireIopl(c);
                if ((s.systemFlags & Rflags.IF) == 0) {
                    s.systemFlags |= Rflags.IF;
                    s.interruptShadow = true;
                }
                c.stateChanged = true;
                break;
            case CLAC:
            case STAC:
                alignmentFlag(c, i.mnemonic == Mnemonic.STAC);
                break;
            case MONITOR:
                requireCpl0OrUndefined(c);
                monitor(c, i);
                break;
            case MWAIT:
                requireCpl0OrUndefined(c);
                mwait(c);
                break;
            case RDTSC:
                readTsc(c);
                break;
            case RDTSCP:
                readTsc(c);
                s.regs[CpuState.RCX] = s.msr.tscAux & 0xFFFFFFFFL;
                break;
            case RDPMC:
                // There are no counters: every index is invalid, also where CR4.PCE lets programs
                // read them.
                throw c.generalProtection(0);
            case RDPID:
                Operands.write(c, i, i.operand0, s.msr.tscAux & 0xFFFFFFFFL);
                break;
            case RDRAND:
            case RDSEED:
                Operands.write(c, i, i.operand0, c.random.next());
                s.setArithmeticFlags(Rflags.CF);
                break;
            case CPUID:
                CpuidOps.cpuid(c);
                break;
            case RDMSR:
                MsrOps.rdmsr(c);
                break;
            case WRMSR:
                MsrOps.wrmsr(c);
                break;
            case XGETBV:
                ControlRegisterOps.xgetbv(c);
                break;
            case XSETBV:
                ControlRegisterOps.xsetbv(c);
                break;
            case SMSW:
                SegmentOps.requireUmip(c);
                Operands.write(c, i, i.operand0, s.cr0);
                break;
            case LMSW:
                c.requireCpl0(); // before the operand is read
                ControlRegisterOps.lmsw(c, (int) Operands.read(c, i, i.operand0));
                break;
            case CLTS:
                ControlRegisterOps.clts(c);
                break;
            case INVLPG:
                c.requireCpl0();
                c.mmu.flushPage(unchecked(c, i));
                c.stateChanged = true;
                break;
            case INVPCID:
                invpcid(c, i);
                break;
            case INVD:
            case WBINVD:
                c.requireCpl0();
                break;
            case CLFLUSH:
            case CLFLUSHOPT:
            case CLWB:
                c.mmu.checkRead(Operands.address(c, i, 1, false), 1);
                break;
            case IN:
                in(c, i);
                break;
            case OUT:
                out(c, i);
                break;
            default: // RSM outside system management mode
                throw c.invalidOpcode();
        }
    }

    /** Faults with #GP(0) unless CPL allows what IOPL governs: CLI, STI. */
    private static void requireIopl(ExecContext c) {
        CpuState s = c.state;
        if (s.protectedMode() && s.cpl > (s.systemFlags & Rflags.IOPL) >> 12) {
            throw c.generalProtection(0);
        }
    }

    private static void requireCpl0OrUndefined(ExecContext c) {
        if (c.state.cpl != 0) {
            throw c.invalidOpcode();
        }
    }

    private static void alignmentFlag(ExecContext c, boolean set) {
        requireCpl0OrUndefined(c);
        CpuState s = c.state;
        s.systemFlags = set ? s.systemFlags | Rflags.AC : s.systemFlags & ~Rflags.AC;
        c.mmu.updateContext();
    }

    private static void monitor(ExecContext c, Instruction i) {
        CpuState s = c.state;
        if ((s.regs[CpuState.RCX] & 0xFFFFFFFFL) != 0) {
            throw c.generalProtection(0);
        }
        int segment = i.segmentOverride >= 0 ? i.segmentOverride : Instruction.DS;
        long offset = Operands.zeroExtend(s.regs[CpuState.RAX], i.addressSize);
        c.mmu.checkRead(Operands.linear(c, segment, offset, 1, false), 1);
    }

    private static void mwait(ExecContext c) {
        CpuState s = c.state;
        long extensions = s.regs[CpuState.RCX] & 0xFFFFFFFFL;
        if ((extensions & ~1) != 0) {
            throw c.generalProtection(0);
        }
        // Only an interrupt can end the wait of the only processor; where none may, this is a
        // spurious wake-up.
        if ((s.systemFlags & Rflags.IF) != 0) {
            s.halted = true;
            c.stateChanged = true;
        } else {
            c.charge(InstructionCosts.PAUSE);
        }
    }

    /** The time-stamp counter at the start of the instruction. */
    static long timeStamp(ExecContext c) {
        return c.clock.cycles() + c.state.msr.tscOffset;
    }

    private static void readTsc(ExecContext c) {
        CpuState s = c.state;
        if (s.cpl != 0 && (s.cr4 & ControlRegisters.CR4_TSD) != 0) {
            throw c.generalProtection(0);
        }
        long value = timeStamp(c);
        s.regs[CpuState.RAX] = value & 0xFFFFFFFFL;
        s.regs[CpuState.RDX] = value >>> 32;
        c.charge(InstructionCosts.RDTSC);
    }

    /** Linear address of the memory operand without limit checks. */
    private static long unchecked(ExecContext c, Instruction i) {
        CpuState s = c.state;
        long offset = Operands.effectiveAddress(c, i);
        if (s.is64Bit()) {
            return i.segment >= Instruction.FS ? offset + s.segments[i.segment].base : offset;
        }
        return s.segments[i.segment].base + offset & 0xFFFFFFFFL;
    }

    private static void invpcid(ExecContext c, Instruction i) {
        CpuState s = c.state;
        c.requireCpl0();
        long type = Operands.read(c, i, i.operand0);
        long linear = Operands.address(c, i, 16, false);
        long pcid = c.mmu.readLong(linear);
        long target = c.mmu.readLong(Descriptors.wrap(s, linear + 8));
        boolean enabled = (s.cr4 & ControlRegisters.CR4_PCIDE) != 0;
        if (type < 0 || type > 3) {
            throw c.generalProtection(0);
        }
        if (pcid >>> 12 != 0 || (type < 2 && pcid != 0 && !enabled)) {
            throw c.generalProtection(0);
        }
        // The TLBs hold translations of the current PCID only: others are gone already.
        boolean current = pcid == (enabled ? s.cr3 & 0xFFF : 0);
        if (type == 0) {
            if (!Descriptors.isCanonical(target)) {
                throw c.generalProtection(0);
            }
            if (current) {
                c.mmu.flushPage(target);
            }
        } else if (type == 1) {
            if (current) {
                c.mmu.flushLocal();
            }
        } else if (type == 2) {
            c.mmu.flushAll();
        } else {
            c.mmu.flushLocal();
        }
        c.stateChanged = true;
    }

    // ---- ports ----

    /**
     * Faults with #GP(0) unless IOPL or the I/O permission bitmap allows {@code size} (1, 2, 4)
     * bytes at a port (SDM Vol. 1, 19.5).
     */
    public static void checkPortAccess(ExecContext c, int port, int size) {
        CpuState s = c.state;
        if (!s.protectedMode()
                || (!s.virtual8086() && s.cpl <= (s.systemFlags & Rflags.IOPL) >> 12)) {
            return;
        }
        SegmentRegister tr = s.tr;
        if (!tr.usable() || (tr.attributes & 8) == 0 || tr.limit < 103) {
            throw c.generalProtection(0);
        }
        long offset = c.mmu.readSystem(Descriptors.wrap(s, tr.base + 102), 2) + (port >> 3);
        if (offset + 1 > tr.limit) {
            throw c.generalProtection(0);
        }
        long bits = c.mmu.readSystem(Descriptors.wrap(s, tr.base + offset), 2) >>> (port & 7);
        if ((bits & (1 << size) - 1) != 0) {
            throw c.generalProtection(0);
        }
    }

    private static void in(ExecContext c, Instruction i) {
        int size = Operand.size(i.operand0);
        int port = (int) Operands.read(c, i, i.operand1) & 0xFFFF;
        checkPortAccess(c, port, size);
        Operands.writeRegister(c.state, CpuState.RAX, size, c.ports.in(port, size));
        c.portAccessed(port, size);
    }

    private static void out(ExecContext c, Instruction i) {
        int size = Operand.size(i.operand1);
        int port = (int) Operands.read(c, i, i.operand0) & 0xFFFF;
        checkPortAccess(c, port, size);
        c.ports.out(port, size, (int) c.state.regs[CpuState.RAX]);
        c.portAccessed(port, size);
    }
}
