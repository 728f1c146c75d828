package org.linuxemu.core.exec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.InstructionDecoder;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.exception.EventDelivery;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;
import org.linuxemu.core.time.VirtualClock;

/**
 * Runs an {@link OracleRecord} on the emulator's interpreter: 64-bit mode, user privilege, and only
 * the record's memory window mapped, at the addresses that the real processor has it.
 */
final class OracleMachine {
    private static final int TABLES = 0x1000;
    private static final int PRESENT_WRITABLE_USER = 7;

    final CpuState state = new CpuState();
    final ExecContext context;
    private final PhysicalMemory ram = new PhysicalMemory(0x200000, 0x200000);
    private final Mmu mmu;

    OracleMachine() {
        AddressSpace memory = new AddressSpace(ram);
        mmu = new Mmu(state, memory, new CpuException());
        context =
                new ExecContext(
                        state,
                        mmu,
                        new EventDelivery(state, mmu),
                        new IoPortBus(),
                        new VirtualClock(),
                        CpuModel.max().with(List.of("AVX", "AVX2", "XSAVEC"), List.of()),
                        new RandomSource(1));
        long window = OracleRecord.WINDOW_END - 0x1000;
        map(TABLES, 0, TABLES + 0x1000);
        map(TABLES + 0x1000, 0, TABLES + 0x2000);
        map(TABLES + 0x2000, 0, TABLES + 0x3000);
        map(TABLES + 0x3000, (int) (window >>> 12), window);
        state.cr0 =
                ControlRegisters.CR0_PE
                        | ControlRegisters.CR0_PG
                        | ControlRegisters.CR0_NE
                        | 0x10010;
        state.cr3 = TABLES;
        state.cr4 =
                ControlRegisters.CR4_PAE
                        | ControlRegisters.CR4_OSFXSR
                        | ControlRegisters.CR4_OSXMMEXCPT
                        | ControlRegisters.CR4_OSXSAVE;
        state.efer = Efer.LMA | Efer.LME;
        state.xcr0 = 7;
        state.cpl = 3;
        state.segments[Instruction.CS].set(0x33, 0, 0xFFFFFFFFL, 0xA0FB);
        for (int i : new int[] {Instruction.ES, Instruction.SS, Instruction.DS}) {
            state.segments[i].set(0x2B, 0, 0xFFFFFFFFL, 0xC0F3);
        }
        mmu.updateContext();
    }

    private void map(int table, int index, long frame) {
        byte[] entry =
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(frame | PRESENT_WRITABLE_USER)
                        .array();
        ram.load(table + 8 * index, entry, 0, 8);
    }

    /** Decodes the record's instruction. */
    static Instruction decode(OracleRecord r) {
        Instruction i = new Instruction();
        int length = new InstructionDecoder().decode(r.code, 0, r.code.length, 8, i);
        if (length < 0) {
            i.mnemonic = Mnemonic.INVALID;
        }
        return i;
    }

    /** The state after the instruction or its fault. */
    OracleRecord run(OracleRecord r, Instruction i) {
        load(r);
        OracleRecord out = new OracleRecord(r.window.length);
        try {
            context.instructionRip = OracleRecord.CODE;
            if (i.mnemonic == Mnemonic.INVALID) {
                throw context.invalidOpcode();
            }
            Dispatcher.execute(context, i);
            out.trap = CpuException.BP;
            out.rip = OracleRecord.CODE + i.length + 1;
        } catch (CpuException e) {
            // The run loop turns what is not canonical into #SS where the stack segment is used.
            boolean stack = e.nonCanonical() && i.segment == Instruction.SS;
            out.trap = stack ? CpuException.SS : e.vector();
            out.rip = OracleRecord.CODE;
            out.address = e.vector() == CpuException.PF ? e.address() : 0;
        }
        store(out);
        return out;
    }

    private void load(OracleRecord r) {
        System.arraycopy(r.gpr, 0, state.regs, 0, 16);
        state.rip = OracleRecord.CODE;
        state.setRflags(r.rflags);
        state.mxcsr = r.mxcsr;
        state.fpControl = r.fcw;
        state.fpTop = r.fsw >> 11 & 7;
        state.fpOpcode = 0;
        state.fpInstructionPointer = 0;
        state.fpInstructionSelector = 0;
        state.fpDataPointer = 0;
        state.fpDataSelector = 0;
        state.fpStatus = r.fsw & ~0x3800;
        state.fpEmpty = ~r.ftw & 0xFF;
        System.arraycopy(r.ymm, 0, state.vectors, 0, 64);
        for (int n = 0; n < 8; n++) {
            state.fpSignificand[state.fpTop + n & 7] = r.significand[n];
            state.fpSignExponent[state.fpTop + n & 7] = r.signExponent[n];
        }
        ram.load(r.windowStart(), r.window, 0, r.window.length);
    }

    private void store(OracleRecord r) {
        System.arraycopy(state.regs, 0, r.gpr, 0, 16);
        r.rflags = state.rflags();
        r.mxcsr = state.mxcsr;
        r.fcw = state.fpControl;
        r.fsw = state.fpStatus | state.fpTop << 11;
        r.ftw = ~state.fpEmpty & 0xFF;
        System.arraycopy(state.vectors, 0, r.ymm, 0, 64);
        for (int n = 0; n < 8; n++) {
            r.significand[n] = state.fpSignificand[state.fpTop + n & 7];
            r.signExponent[n] = state.fpSignExponent[state.fpTop + n & 7];
        }
        byte[] frame = ram.frame(r.windowStart() >>> 12);
        System.arraycopy(frame, (int) r.windowStart() & 0xFFF, r.window, 0, r.window.length);
    }
}
