package org.linuxemu.core.exec;

import java.util.Locale;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.InstructionDecoder;
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
 * A processor without paging that runs x87 instructions one by one; RAX (or DS:BX+SI) points to the
 * operand.
 */
final class X87Program {
    static final long CODE = 0x1000;
    private static final long OPERAND = 0x2000;

    private final CpuState state = new CpuState();
    private final Mmu mmu;
    private final ExecContext context;
    private final InstructionDecoder decoder = new InstructionDecoder();

    X87Program() {
        PhysicalMemory ram = new PhysicalMemory(1 << 20, 1 << 20);
        mmu = new Mmu(state, new AddressSpace(ram), new CpuException());
        context =
                new ExecContext(
                        state,
                        mmu,
                        new EventDelivery(state, mmu),
                        new IoPortBus(),
                        new VirtualClock(),
                        CpuModel.max(),
                        new RandomSource(1));
        state.cr0 = ControlRegisters.CR0_PE | ControlRegisters.CR0_NE | ControlRegisters.CR0_ET;
        state.efer = Efer.LMA;
        segments(0xA09B);
        state.regs[CpuState.RAX] = OPERAND;
        state.fpControl = 0x37F;
        state.fpEmpty = 0xFF;
        context.instructionRip = CODE;
        mmu.updateContext();
    }

    private void segments(int codeAttributes) {
        for (int i = 0; i < 6; i++) {
            state.segments[i].set(0x10, 0, 0xFFFFFFFFL, 0xC093);
        }
        state.segments[Instruction.CS].set(8, 0, 0xFFFFFFFFL, codeAttributes);
    }

    void protectedMode() {
        state.efer = 0;
        segments(0xC09B);
        mmu.updateContext();
    }

    void realMode(int codeSelector) {
        state.efer = 0;
        state.cr0 &= ~ControlRegisters.CR0_PE;
        for (int i = 0; i < 6; i++) {
            state.segments[i].set(0, 0, 0xFFFF, 0x93);
        }
        state.segments[Instruction.CS].set(codeSelector, (long) codeSelector << 4, 0xFFFF, 0x9B);
        state.regs[CpuState.RBX] = OPERAND;
        mmu.updateContext();
    }

    CpuState state() {
        return state;
    }

    Mmu mmu() {
        return mmu;
    }

    /** Executes one instruction and moves on behind it. */
    void run(int... bytes) {
        byte[] code = new byte[bytes.length];
        for (int i = 0; i < code.length; i++) {
            code[i] = (byte) bytes[i];
        }
        Instruction instruction = new Instruction();
        int length = decoder.decode(code, 0, code.length, state.codeSize(), instruction);
        if (length != code.length) {
            throw new IllegalArgumentException("length " + length);
        }
        X87Ops.execute(context, instruction);
        context.instructionRip += length;
    }

    String st(int i) {
        return String.format(
                Locale.ROOT,
                "%04x:%016x",
                X87Stack.signExp(state, i),
                X87Stack.significand(state, i));
    }

    int[] words(long address, int count) {
        int[] w = new int[count];
        for (int i = 0; i < count; i++) {
            w[i] = mmu.readShort(address + 2L * i);
        }
        return w;
    }
}
