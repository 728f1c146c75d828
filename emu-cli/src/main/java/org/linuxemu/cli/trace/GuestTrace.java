package org.linuxemu.cli.trace;

import java.util.Set;
import org.linuxemu.cli.machine.LogItem;
import org.linuxemu.cli.monitor.RegisterDump;
import org.linuxemu.cli.symbols.KernelSymbols;
import org.linuxemu.core.block.BlockCache;
import org.linuxemu.core.bus.IoPortListener;
import org.linuxemu.core.cpu.CpuTrace;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.decode.Disassembler;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.time.VirtualClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the items of {@code -d} to their loggers, each line stamped with the cycle. */
public final class GuestTrace implements CpuTrace, IoPortListener, BlockCache.DecodeListener {
    private static final int LONGEST_INSTRUCTION = 15;
    private static final String[] EXCEPTIONS = {
        "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "", "#TS", "#NP", "#SS",
        "#GP", "#PF", "", "#MF", "#AC", "#MC", "#XM"
    };

    private final VirtualClock clock;
    private final Logger exec;
    private final Logger cpu;
    private final Logger interrupts;
    private final Logger mmu;
    private final Logger unimplemented;
    private final Logger ports;
    private final Logger guestErrors;
    private final SyscallLog syscalls;
    private final Logger code;
    private final Disassembler disassembler;
    private final KernelSymbols kernel;
    private final boolean told;

    /** Where the last instruction told of was. */
    private long lastRip = -1;

    private GuestTrace(Set<LogItem> items, VirtualClock clock, KernelSymbols kernel) {
        this.clock = clock;
        this.kernel = kernel;
        exec = logger(items, LogItem.EXEC);
        cpu = logger(items, LogItem.CPU);
        interrupts = logger(items, LogItem.INT);
        mmu = logger(items, LogItem.MMU);
        unimplemented = logger(items, LogItem.UNIMP);
        ports = logger(items, LogItem.IOPORT);
        guestErrors = logger(items, LogItem.GUEST_ERRORS);
        Logger calls = logger(items, LogItem.SYSCALL);
        Logger execve = logger(items, LogItem.EXECVE);
        syscalls = calls == null && execve == null ? null : new SyscallLog(calls, execve, kernel);
        code = logger(items, LogItem.IN_ASM);
        disassembler = code == null ? null : new Disassembler(kernel);
        told =
                exec != null
                        || cpu != null
                        || interrupts != null
                        || mmu != null
                        || unimplemented != null
                        || syscalls != null;
    }

    /**
     * What logs these items, or null when none of them is for it.
     *
     * @param kernel names and tasks of the guest's kernel, or null
     */
    public static GuestTrace of(Set<LogItem> items, VirtualClock clock, KernelSymbols kernel) {
        for (LogItem item : items) {
            if (item != LogItem.EMULATOR) {
                return new GuestTrace(items, clock, kernel);
            }
        }
        return null;
    }

    /** Whether instructions, interrupts or exceptions are to be told. */
    public boolean wantsProcessor() {
        return told;
    }

    /** Whether newly decoded code is to be told. */
    public boolean wantsCode() {
        return code != null;
    }

    /** Whether accesses to ports are to be told. */
    public boolean wantsPorts() {
        return ports != null || guestErrors != null;
    }

    private static Logger logger(Set<LogItem> items, LogItem item) {
        return items.contains(item) ? LoggerFactory.getLogger("guest." + item.key()) : null;
    }

    private StringBuilder line() {
        return new StringBuilder(100).append(clock.cycles()).append(' ');
    }

    private static StringBuilder hex(StringBuilder line, long value) {
        return line.append("0x").append(Long.toHexString(value));
    }

    @Override
    public boolean instruction(CpuState state, long rip, MemoryAccess memory) {
        if (syscalls != null) {
            syscalls.boundary(state, rip, memory);
        }
        if (exec == null && cpu == null) {
            return syscalls != null && state.cpl == 3;
        }
        // A block begins where the flow did not come from the instruction before.
        long distance = rip - lastRip;
        lastRip = rip;
        if (distance <= 0 || distance > LONGEST_INSTRUCTION) {
            if (exec != null) {
                exec.trace(
                        hex(line().append("exec "), rip)
                                .append(" cpl ")
                                .append(state.cpl)
                                .toString());
            }
            if (cpu != null) {
                cpu.trace(RegisterDump.general(state).stripTrailing());
            }
        }
        return true;
    }

    @Override
    public void interrupt(CpuState state, int vector) {
        if (interrupts != null) {
            StringBuilder line = hex(line().append("interrupt "), vector);
            hex(line.append(" at "), state.rip).append(" cpl ").append(state.cpl);
            interrupts.trace(line.toString());
        }
    }

    @Override
    public void exception(CpuState state, CpuException e, long rip, MemoryAccess memory) {
        int vector = e.vector();
        if (interrupts != null) {
            String name = vector < EXCEPTIONS.length ? EXCEPTIONS[vector] : "";
            StringBuilder line =
                    line().append("exception ").append(vector).append(' ').append(name);
            if (CpuException.hasErrorCode(vector)) {
                hex(line.append(" error "), e.errorCode());
            }
            if (vector == CpuException.PF) {
                hex(line.append(" address "), e.address());
            }
            hex(line.append(" at "), rip).append(" cpl ").append(state.cpl);
            interrupts.trace(line.toString());
        }
        if (mmu != null && vector == CpuException.PF) {
            int error = e.errorCode();
            StringBuilder line = line().append("page fault: ");
            line.append((error & 4) != 0 ? "user " : "supervisor ");
            line.append(
                    (error & 16) != 0 ? "fetch of " : (error & 2) != 0 ? "write to " : "read of ");
            hex(line, e.address());
            line.append(
                    (error & 8) != 0
                            ? ", reserved bit set"
                            : (error & 1) != 0 ? ", not allowed" : ", not present");
            hex(line.append(", at "), rip);
            hex(line.append(", page tables at "), state.cr3);
            mmu.trace(line.toString());
        }
        if (unimplemented != null && vector == CpuException.UD) {
            byte[] bytes = new byte[LONGEST_INSTRUCTION];
            int n = memory.read(rip, bytes, 0, bytes.length);
            StringBuilder line = hex(line().append("no such instruction at "), rip).append(':');
            for (int i = 0; i < n; i++) {
                line.append(' ').append(Character.forDigit(bytes[i] >> 4 & 0x0F, 16));
                line.append(Character.forDigit(bytes[i] & 0x0F, 16));
            }
            unimplemented.trace(line.toString());
        }
    }

    @Override
    public void portAccessed(boolean write, int port, int size, int value, boolean claimed) {
        if (ports != null) {
            StringBuilder line = hex(line().append(write ? "out " : "in "), port);
            hex(line.append(write ? " <- " : " -> "), value & 0xFFFFFFFFL);
            line.append(" size ").append(size);
            ports.trace(claimed ? line.toString() : line.append(" (no device)").toString());
        }
        if (guestErrors != null && !claimed) {
            StringBuilder line =
                    hex(line().append(write ? "write of " : "read of "), value & 0xFFFFFFFFL);
            hex(line.append(write ? " to port " : " from port "), port);
            guestErrors.trace(line.append(", where there is no device").toString());
        }
    }

    @Override
    public void decoded(long linear, int codeSize, byte[] bytes, int start, int end) {
        StringBuilder text = new StringBuilder(1000).append("----------------\nIN:");
        String name = kernel == null ? null : kernel.name(linear);
        text.append(name == null ? "" : " " + name);
        long address = linear;
        for (int at = start; at < end; ) {
            hex16(text.append('\n'), address).append(":  ");
            int length = disassembler.disassemble(bytes, at, end, address, codeSize, text);
            at += length;
            address += length;
        }
        code.trace(text.append('\n').toString());
    }

    private static StringBuilder hex16(StringBuilder text, long value) {
        text.append("0x");
        for (int shift = 60; shift >= 0; shift -= 4) {
            // As many digits as QEMU prints: eight where they suffice.
            if (shift < 32 || value >>> 32 != 0) {
                text.append(Character.forDigit((int) (value >>> shift) & 0xF, 16));
            }
        }
        return text;
    }
}
