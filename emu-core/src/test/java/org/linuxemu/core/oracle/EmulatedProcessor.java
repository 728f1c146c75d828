package org.linuxemu.core.oracle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.cpu.Cpu;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.OpcodeEntry;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.exec.RandomSource;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.VirtualClock;
import org.linuxemu.core.translate.Placement;
import org.linuxemu.core.translate.Translator;

/** The emulator at CPL 3 with the memory of {@link Layout}; runs one vector at a time. */
final class EmulatedProcessor {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // Physical addresses.
    private static final int PML4 = 0x1000;
    private static final int PDPT = 0x2000;
    private static final int PDPT_HIGH = 0x3000;
    private static final int PD = 0x4000;
    private static final int PT_CODE = 0x5000;
    private static final int PT_WINDOW = 0x6000;
    private static final int PDPT_SYSTEM = 0x7000;
    private static final int PD_SYSTEM = 0x8000;
    private static final int GDT = 0x9000;
    private static final int TSS = 0xA000;
    private static final int PD_HIGH = 0xB000;
    private static final int CODE = 0x10000;
    private static final int WINDOW = 0x20000;
    private static final int RAM_SIZE = 0x30000;

    /** Where physical memory is mapped for the supervisor. */
    private static final long SYSTEM = 0xFFFFFFFF80000000L;

    /** What Linux has in its GDT, as far as programs can see it. */
    private static final long[] DESCRIPTORS = {
        0,
        0x00CF9B000000FFFFL,
        0x00AF9B000000FFFFL,
        0x00CF93000000FFFFL,
        0x00CFFB000000FFFFL,
        0x00CFF3000000FFFFL,
        0x00AFFB000000FFFFL,
    };

    /** Present, writable, user. */
    private static final long TABLE = 7;

    private static final long ACCESSED_DIRTY = 0x60;
    private static final long NO_EXECUTE = Long.MIN_VALUE;
    private static final long STEPS = 200_000;

    private final PhysicalMemory ram = new PhysicalMemory(RAM_SIZE, 0xC0000000L);
    private final AddressSpace memory = new AddressSpace(ram);
    private final VirtualClock clock = new VirtualClock();
    private final Cpu cpu =
            new Cpu(
                    memory,
                    new IoPortBus(),
                    clock,
                    new EventScheduler(),
                    CpuModel.max(),
                    new RandomSource(1));
    private final CpuState state = cpu.state();
    private final byte[] initial;
    private Translator translator;

    EmulatedProcessor(byte[] window) {
        initial = window.clone();
        memory.write(PML4, 8, PDPT | TABLE);
        memory.write(PML4 + 8 * (Layout.WINDOW_HIGH >>> 39), 8, PDPT_HIGH | TABLE);
        memory.write(PML4 + 8 * 511, 8, PDPT_SYSTEM | TABLE);
        memory.write(PDPT_SYSTEM + 8 * 510, 8, PD_SYSTEM | TABLE);
        memory.write(PD_SYSTEM, 8, 0xE3); // 2 MiB from 0, not for users
        for (int i = 0; i < DESCRIPTORS.length; i++) {
            memory.write(GDT + 8 * i, 8, DESCRIPTORS[i]);
        }
        memory.write(TSS + 0x66, 2, 0xFFFF); // no I/O permission bitmap
        state.tr.set(0x40, SYSTEM + TSS, 0x67, 0x8B);
        state.gdtrBase = SYSTEM + GDT;
        state.gdtrLimit = 0x7F;
        memory.write(PDPT, 8, PD | TABLE);
        memory.write(PDPT_HIGH + 8 * (Layout.WINDOW_HIGH >>> 30 & 511), 8, PD_HIGH | TABLE);
        memory.write(PD_HIGH + 8 * (Layout.WINDOW_HIGH >>> 21 & 511), 8, PT_WINDOW | TABLE);
        memory.write(PD + 8 * (Layout.CODE >>> 21 & 511), 8, PT_CODE | TABLE);
        memory.write(PD + 8 * (Layout.WINDOW >>> 21 & 511), 8, PT_WINDOW | TABLE);
        for (int at = 0; at < Layout.CODE_SIZE; at += 4096) {
            memory.write(PT_CODE + 8L * (at >> 12), 8, CODE + at | 5 | ACCESSED_DIRTY);
            for (int i = 0; i < 4096; i += 8) {
                memory.write(CODE + at + i, 8, 0xCCCCCCCCCCCCCCCCL);
            }
        }
        for (int at = 0; at < Layout.WINDOW_SIZE; at += 4096) {
            long rights = at < Layout.RW_SIZE ? 7 : 5;
            memory.write(
                    PT_WINDOW + 8L * (at >> 12),
                    8,
                    WINDOW + at | rights | ACCESSED_DIRTY | NO_EXECUTE);
        }
        ram.load(WINDOW, initial, 0, initial.length);
        for (int v = 0; v < 32; v++) {
            // INT3 is not compared, and looking out for it would keep the engine from its pace.
            cpu.catches().catchException(v, v != CpuException.BP);
        }
        state.cr3 = PML4;
        state.cr0 =
                ControlRegisters.CR0_PE
                        | ControlRegisters.CR0_PG
                        | ControlRegisters.CR0_WP
                        | ControlRegisters.CR0_AM
                        | ControlRegisters.CR0_NE
                        | ControlRegisters.CR0_MP
                        | ControlRegisters.CR0_ET;
        state.cr4 =
                ControlRegisters.CR4_PAE
                        | ControlRegisters.CR4_OSFXSR
                        | ControlRegisters.CR4_OSXMMEXCPT
                        | ControlRegisters.CR4_FSGSBASE
                        | ControlRegisters.CR4_UMIP
                        | ControlRegisters.CR4_OSXSAVE;
        state.xcr0 = 7;
        state.efer = Efer.LME | Efer.LMA | Efer.NXE | Efer.SCE;
        state.cpl = 3;
        state.idtrLimit = 0;
        setSegments(false);
        cpu.stateReplaced();
    }

    /** Whether instructions are lowered to specialised micro-operations. */
    void setSpecialised(boolean on) {
        cpu.blocks().setSpecialised(on);
    }

    /** Has every instruction translated to bytecode before it runs. */
    void translate() {
        cpu.blocks().setLongest(1);
        translator = cpu.translate(0, false, 1000);
    }

    /** Why a translation failed, or null. */
    Throwable translationFailure() {
        return translator.lastFailure();
    }

    private void setSegments(boolean compatibility) {
        for (int i = 0; i < 6; i++) {
            state.segments[i].set(Layout.DATA_SELECTOR, 0, 0xFFFFFFFFL, 0xC0F3);
        }
        state.segments[1].set(
                compatibility ? Layout.CODE_SELECTOR_32 : Layout.CODE_SELECTOR,
                0,
                0xFFFFFFFFL,
                compatibility ? 0xC0FB : 0xA0FB);
    }

    /** Runs a vector; the memory is as before afterwards. */
    void run(Vector v, Outcome o) {
        int start = (int) (v.rip - Layout.CODE);
        writeCode(start, v.code, v.code.length);
        for (Vector.Patch p : v.patches) {
            for (int i = 0; i < p.values.length; i++) {
                int at = p.offset + 8 * i;
                LONG.set(ram.frame(WINDOW + at >>> 12), at & 0xFFF, p.values[i]);
            }
        }
        setSegments(v.compatibility);
        System.arraycopy(v.gpr, 0, state.regs, 0, 16);
        state.rip = v.rip;
        state.setRflags(v.rflags | 0x202);
        state.setSegmentBase(4, v.fsBase);
        state.setSegmentBase(5, v.gsBase);
        if (v.fp != null) {
            v.fp.load(state);
        }
        cpu.mmu().updateContext();
        cpu.registersReplaced();
        if (translator != null) {
            boolean even = Long.bitCount(v.index) % 2 == 0;
            translator.place(even ? Placement.MEMORY : Placement.LOCALS);
        }
        o.clear();
        execute(v, o);
        o.rip = state.rip;
        o.rflags = state.rflags();
        o.fsBase = state.segments[4].base;
        o.gsBase = state.segments[5].base;
        System.arraycopy(state.regs, 0, o.gpr, 0, 16);
        for (int i = 0; i < 6; i++) {
            o.selectors[i] = state.segments[i].selector;
        }
        if (v.fp != null) {
            o.fp = new FpState();
            o.fp.store(state);
        }
        collectDifferences(o);
        writeCode(start, null, v.code.length);
    }

    private void execute(Vector v, Outcome o) {
        boolean repeats =
                v.decoded.entry != null
                        && v.decoded.entry.is(OpcodeEntry.STRING)
                        && v.decoded.mnemonic != Mnemonic.CMPS
                        && v.decoded.mnemonic != Mnemonic.SCAS
                        && v.decoded.has(
                                org.linuxemu.core.decode.Instruction.REP
                                        | org.linuxemu.core.decode.Instruction.REPNE);
        o.exception = Outcome.ENDLESS;
        for (long steps = 0; steps < STEPS; steps++) {
            long cycles = 1;
            if (repeats) {
                // Exactly as many as it may take, so that the next instruction is not begun.
                long count = state.regs[CpuState.RCX];
                count = v.decoded.addressSize == 4 ? count & 0xFFFFFFFFL : count;
                count = v.decoded.addressSize == 2 ? count & 0xFFFF : count;
                cycles = count > 0 && count < 100_000 ? count : 1;
            }
            StopReason reason = cpu.run(null, false, clock.cycles() + cycles);
            if (reason != null) {
                CpuException e = cpu.context().fault;
                o.exception = e.vector();
                o.errorCode = CpuException.hasErrorCode(e.vector()) ? e.errorCode() & 0xFFFF : 0;
                o.address = e.vector() == CpuException.PF ? e.address() : 0;
                o.hidePresence();
                return;
            }
            if (state.rip != v.rip) {
                o.exception = Outcome.COMPLETED;
                return;
            }
        }
    }

    private void writeCode(int start, byte[] code, int length) {
        for (int i = 0; i < length && start + i < Layout.CODE_SIZE; i++) {
            memory.write(CODE + start + i, 1, code == null ? 0xCC : code[i]);
        }
    }

    private void collectDifferences(Outcome o) {
        for (int page = 0; page < Layout.RW_SIZE; page += 4096) {
            byte[] now = ram.frame(WINDOW + page >>> 12);
            int at = 0;
            while (true) {
                int same = Arrays.mismatch(now, at, 4096, initial, page + at, page + 4096);
                if (same < 0) {
                    break;
                }
                at = at + same & ~7;
                o.addDifference(page + at, (long) LONG.get(now, at));
                LONG.set(now, at, (long) LONG.get(initial, page + at));
                at += 8;
                if (at == 4096) {
                    break;
                }
            }
        }
    }
}
