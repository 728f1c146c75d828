package org.linuxemu.gdbstub.session;

import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.gdbstub.target.RegisterFile;
import org.linuxemu.gdbstub.target.TargetDescription;

/** What the command families of one session share. */
final class SessionState {
    /** Process id shown for the guest. */
    static final int PID = 1;

    final DebugTarget target;
    final Client client;
    final StubSettings settings;
    final TargetDescription description;
    private final RegisterFile[] registers;

    /** Negotiated features. */
    boolean multiprocess;

    boolean reportsSoftwareBreakpoints;
    boolean reportsHardwareBreakpoints;
    boolean extended;

    /** Memory packets use physical addresses. */
    boolean physicalMemory;

    /** Processor of register and memory packets. */
    int generalCpu;

    /** Processor of the old step packets. */
    int controlCpu;

    /** The debugger waits for a stop reply. */
    boolean stopExpected;

    /** What to do behind the reply to the current packet, or null. */
    Runnable afterReply;

    /** The stop to report, or null for one without a particular reason. */
    StopReason stop;

    SessionState(DebugTarget target, Client client, StubSettings settings) {
        this.target = target;
        this.client = client;
        this.settings = settings;
        description = TargetDescription.of(settings.arch(), target.registers(0).hasAvx());
        registers = new RegisterFile[target.cpuCount()];
        for (int cpu = 0; cpu < registers.length; cpu++) {
            registers[cpu] = new RegisterFile(description, target.registers(cpu));
        }
    }

    int cpuCount() {
        return registers.length;
    }

    RegisterFile registers(int cpu) {
        return registers[cpu];
    }

    MemoryAccess memory() {
        return target.memory(generalCpu);
    }

    /** What the made-up register orig_rax shows: only at a stop for a system call it is not -1. */
    long origRax(int cpu) {
        if (stop != null
                && stop.cpu() == cpu
                && (stop.kind() == StopReason.Kind.SYSCALL_ENTRY
                        || stop.kind() == StopReason.Kind.SYSCALL_RETURN)) {
            return stop.number();
        }
        return -1;
    }

    /** Reads as the memory packets do. */
    int read(long address, byte[] destination, int length) {
        return physicalMemory
                ? memory().readPhysical(address, destination, 0, length)
                : memory().read(address, destination, 0, length);
    }
}
