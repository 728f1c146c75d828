package org.linuxemu.core.exec;

import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.exception.EventDelivery;
import org.linuxemu.core.exec.fp.FpEnvironment;
import org.linuxemu.core.irq.LocalInterruptController;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.time.VirtualClock;

/**
 * What the semantics of one processor work on. The engines keep this contract around every call of
 * an operation:
 *
 * <ul>
 *   <li>{@link #instructionRip} is the address (offset in CS) of the instruction itself.
 *   <li>An instruction that ends its block finds {@code state.rip} already at the next instruction
 *       and overwrites it to branch; no other instruction may touch it.
 *   <li>An operation that faults throws {@link #fault} before it has changed any register or
 *       memory.
 *   <li>{@link VirtualClock} stands at the cycle at which the instruction starts; extra cost goes
 *       to {@link #charge}.
 * </ul>
 */
public final class ExecContext {
    public final CpuState state;
    public final Mmu mmu;
    public final CpuException fault;
    public final EventDelivery delivery;
    public final IoPortBus ports;
    public final VirtualClock clock;
    public final CpuModel model;
    public final RandomSource random;

    /** The processor's local APIC; null if it has none, or none is connected. */
    public LocalInterruptController localApic;

    /** Scratch of the vector instructions. */
    public final VectorOperands vector;

    /** Scratch and modes of x87 arithmetic; nothing in it outlives an instruction. */
    public final FpEnvironment x87 = new FpEnvironment();

    /** Start of the instruction being executed, as an offset in CS. */
    public long instructionRip;

    /**
     * Cycles beyond the ordinary one that the last instruction of the block cost; taken by the run
     * loop.
     */
    public long extraCycles;

    /** All cycles that were ever charged. */
    public long chargedCycles;

    /**
     * Most iterations that a repeated string instruction may do now: cycles to the next deadline,
     * or 1 in a step.
     */
    public long repeatLimit = 1;

    /**
     * Set by instructions after which the run loop must look at the processor's mode or pending
     * events anew.
     */
    public boolean stateChanged;

    /** Breakpoints on ports that the last instruction has hit, a bit each; for the run loop. */
    public long portHits;

    public ExecContext(
            CpuState state,
            Mmu mmu,
            EventDelivery delivery,
            IoPortBus ports,
            VirtualClock clock,
            CpuModel model,
            RandomSource random) {
        this.state = state;
        this.mmu = mmu;
        this.fault = mmu.fault();
        this.delivery = delivery;
        this.ports = ports;
        this.clock = clock;
        this.model = model;
        this.random = random;
        this.vector = new VectorOperands(state);
    }

    /** Address of the instruction behind {@code i}, as an offset in CS. */
    public long nextRip(Instruction i) {
        long next = instructionRip + i.length;
        return i.codeSize == 8 ? next : next & 0xFFFFFFFFL;
    }

    /**
     * Adds cycles to the cost of the instruction being executed, which must be the last of its
     * block.
     */
    public void charge(long cycles) {
        extraCycles += cycles;
        chargedCycles += cycles;
    }

    /** After an access to ports: its cost, and breakpoints on it (SDM Vol. 3, 17.2.4). */
    void portAccessed(int port, int size) {
        charge(InstructionCosts.PORT_IO);
        long dr7 = state.dr[7];
        if ((dr7 & 0xFF) == 0 || (state.cr4 & ControlRegisters.CR4_DE) == 0) {
            return;
        }
        for (int n = 0; n < 4; n++) {
            boolean enabled = (dr7 >>> 2 * n & 3) != 0 && (dr7 >>> 16 + 4 * n & 3) == 2;
            int code = (int) (dr7 >>> 18 + 4 * n) & 3;
            int length = code == 2 ? 8 : code + 1;
            long start = state.dr[n] & -length;
            if (enabled && port < start + length && start < port + size) {
                portHits |= 1L << n;
                stateChanged = true;
            }
        }
    }

    public CpuException invalidOpcode() {
        return fault.invalidOpcode();
    }

    public CpuException generalProtection(int errorCode) {
        return fault.generalProtection(errorCode);
    }

    /** Faults with #GP(0) unless CPL is 0. */
    public void requireCpl0() {
        if (state.cpl != 0) {
            throw fault.generalProtection(0);
        }
    }
}
