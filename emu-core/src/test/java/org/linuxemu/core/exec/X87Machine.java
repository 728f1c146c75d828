package org.linuxemu.core.exec;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
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
 * Runs the oracle's records on the emulated processor, in 64-bit mode without paging, and compares.
 */
final class X87Machine {
    private static final long OPERAND = 0x200000;
    private static final long CODE = 0x100000;

    // The selectors that Linux gives 64-bit programs.
    private static final int CS = 0x33;
    private static final int SS = 0x2B;
    private static final int SIGILL = 4;
    private static final int SIGFPE = 8;

    private final CpuState state = new CpuState();
    private final PhysicalMemory ram = new PhysicalMemory(4 << 20, 4 << 20);
    private final Mmu mmu;
    private final ExecContext context;
    private final InstructionDecoder decoder = new InstructionDecoder();
    private final Set<String> mnemonics = new TreeSet<>();
    private Instruction instruction;
    private int signal;

    X87Machine() {
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
        for (int i = 0; i < 6; i++) {
            state.segments[i].set(0, 0, 0, 0);
        }
        state.segments[Instruction.CS].set(CS, 0, 0xFFFFFFFFL, 0xA09B);
        state.segments[Instruction.SS].set(SS, 0, 0xFFFFFFFFL, 0xC093);
        mmu.updateContext();
    }

    String mnemonic() {
        return instruction.mnemonic.toString();
    }

    Set<String> mnemonics() {
        return mnemonics;
    }

    CpuState state() {
        return state;
    }

    void run(ByteBuffer in, int at) {
        byte[] memory = new byte[128];
        in.get(at + X87Vectors.MEMORY, memory);
        ram.load(OPERAND, memory, 0, 128);
        state.fpInstructionPointer = in.getInt(at + X87Vectors.IMAGE + 12) & 0xFFFFFFFFL;
        state.fpInstructionSelector = in.getShort(at + X87Vectors.IMAGE + 16) & 0xFFFF;
        state.fpOpcode = in.getShort(at + X87Vectors.IMAGE + 18) & 0x7FF;
        state.fpDataPointer = in.getInt(at + X87Vectors.IMAGE + 20) & 0xFFFFFFFFL;
        state.fpDataSelector = in.getShort(at + X87Vectors.IMAGE + 24) & 0xFFFF;
        int sw = in.getShort(at + X87Vectors.IMAGE + 4);
        state.fpControl = in.getShort(at + X87Vectors.IMAGE) & 0xFFFF;
        X87Stack.setTagWord(state, in.getShort(at + X87Vectors.IMAGE + 8));
        X87Stack.setStatusWord(state, sw);
        for (int r = 0; r < 8; r++) {
            int p = X87Stack.physical(state, r);
            state.fpSignificand[p] = in.getLong(at + X87Vectors.REGISTERS + 10 * r);
            state.fpSignExponent[p] = in.getShort(at + X87Vectors.REGISTERS + 10 * r + 8) & 0xFFFF;
        }
        state.regs[CpuState.RAX] = OPERAND;
        state.setRflags(2);
        byte[] code = new byte[8];
        in.get(at, code);
        instruction = new Instruction();
        decoder.decode(code, 0, 8, 8, instruction);
        signal = 0;
        if (instruction.mnemonic == Mnemonic.INVALID) {
            signal = SIGILL;
            return;
        }
        mnemonics.add(mnemonic());
        context.instructionRip = CODE;
        try {
            X87Ops.execute(context, instruction);
        } catch (CpuException fault) {
            signal = fault.vector() == CpuException.MF ? SIGFPE : SIGILL;
        }
    }

    /**
     * Whether two results differ in the last place at most, which is all that processors promise.
     */
    private static boolean near(int aSe, long aSig, int bSe, long bSig) {
        if (aSe == bSe) {
            return Math.abs(aSig - bSig) <= 1;
        }
        // Neighbours on both sides of a power of two, or of zero.
        boolean lower = aSe + 1 == bSe && aSig == -1L && bSig == Long.MIN_VALUE;
        boolean upper = bSe + 1 == aSe && bSig == -1L && aSig == Long.MIN_VALUE;
        return lower || upper;
    }

    private boolean isTranscendental() {
        switch (instruction.mnemonic) {
            case F2XM1:
            case FYL2X:
            case FYL2XP1:
            case FPATAN:
            case FPTAN:
            case FSIN:
            case FCOS:
            case FSINCOS:
                return true;
            default:
                return false;
        }
    }

    /** What the processor did otherwise, or null. */
    String difference(ByteBuffer out, int at) {
        int expectedSignal = out.getInt(at + 120);
        if (signal != expectedSignal) {
            return "signal " + signal + ", the processor " + expectedSignal;
        }
        if (signal != 0) {
            return null;
        }
        StringBuilder s = new StringBuilder();
        compare(s, "cw", state.fpControl, out.getShort(at) & 0xFFFF);
        int ignored = isTranscendental() ? X87Stack.C1 : 0;
        compare(
                s,
                "sw",
                X87Stack.statusWord(state) | ignored,
                out.getShort(at + 4) & 0xFFFF | ignored);
        compare(s, "tw", X87Stack.tagWord(state), out.getShort(at + 8) & 0xFFFF);
        compare(s, "fip", (int) state.fpInstructionPointer, out.getInt(at + 12));
        compare(s, "fcs", state.fpOpcode << 16 | state.fpInstructionSelector, out.getInt(at + 16));
        compare(s, "fdp", (int) state.fpDataPointer, out.getInt(at + 20));
        compare(s, "fds", state.fpDataSelector, out.getShort(at + 24) & 0xFFFF);
        for (int r = 0; r < 8; r++) {
            int se = X87Stack.signExp(state, r);
            long sig = X87Stack.significand(state, r);
            int expectedSe = out.getShort(at + 36 + 10 * r) & 0xFFFF;
            long expectedSig = out.getLong(at + 28 + 10 * r);
            boolean same = se == expectedSe && sig == expectedSig;
            if (!same && !(isTranscendental() && near(se, sig, expectedSe, expectedSig))) {
                String form = " st%d %04x:%016x expected %04x:%016x";
                s.append(String.format(Locale.ROOT, form, r, se, sig, expectedSe, expectedSig));
            }
        }
        compare(s, "eflags", (int) state.rflags() & 0xFF, out.getInt(at + 112) & 0xFF);
        if (instruction.mnemonic == Mnemonic.FNSTSW && !instruction.hasMemory()) {
            compare(s, "ax", (int) state.regs[0] & 0xFFFF, out.getInt(at + 116));
        }
        byte[] expected = new byte[128];
        out.get(at + 128, expected);
        for (int i = 0; i < 128; i += 8) {
            long got = mmu.readLong(OPERAND + i);
            long want = out.getLong(at + 128 + i);
            if (got != want) {
                s.append(String.format(Locale.ROOT, " m%d %016x expected %016x", i, got, want));
            }
        }
        return s.length() == 0 ? null : s.toString();
    }

    private static void compare(StringBuilder s, String what, int got, int expected) {
        if (got != expected) {
            s.append(String.format(Locale.ROOT, " %s %04x expected %04x", what, got, expected));
        }
    }
}
