package org.linuxemu.core.cpu;

import org.linuxemu.core.debug.CatchTable;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.debug.SyscallTracker;
import org.linuxemu.core.state.CpuState;

/**
 * Finds entries to and returns from system calls while a debugger catches any. User code is then
 * executed one instruction at a time; with nothing caught this class is not asked.
 */
final class SyscallCatcher {
    private static final int SYSCALL_LENGTH = 2;

    private final SyscallTracker tracker = new SyscallTracker();
    private final byte[] bytes = new byte[SYSCALL_LENGTH];
    private boolean inKernel;

    /**
     * Looks at the instruction boundary the processor stands at.
     *
     * @param over the stop before this instruction has been reported
     * @return a reason to stop, or null
     */
    StopReason check(CpuState s, MemoryAccess memory, long rip, boolean over, CatchTable catches) {
        if (s.cpl != 3) {
            inKernel = true;
            return null;
        }
        if (inKernel) {
            inKernel = false;
            long number = tracker.returned(s.regs[CpuState.RSP], rip);
            if (number >= 0 && catches.catchesSyscall(number) && !over) {
                return StopReason.syscallReturn(0, number);
            }
        }
        if (memory.read(rip, bytes, 0, SYSCALL_LENGTH) == SYSCALL_LENGTH && isSystemCall()) {
            long number = s.regs[CpuState.RAX] & 0xFFFFFFFFL;
            if (!over && catches.catchesSyscall(number)) {
                return StopReason.syscallEntry(0, number);
            }
            tracker.entered(s.regs[CpuState.RSP], rip + SYSCALL_LENGTH, number);
        }
        return null;
    }

    /** SYSCALL, SYSENTER or INT 80h. */
    private boolean isSystemCall() {
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        return (first == 0x0F && (second == 0x05 || second == 0x34))
                || (first == 0xCD && second == 0x80);
    }
}
