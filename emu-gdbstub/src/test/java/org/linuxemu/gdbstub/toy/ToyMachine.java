package org.linuxemu.gdbstub.toy;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.linuxemu.core.debug.BreakpointTable;
import org.linuxemu.core.debug.CatchTable;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.DebuggableMachine;
import org.linuxemu.core.debug.MachineMailbox;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.debug.MonitorCommands;
import org.linuxemu.core.debug.RegisterAccess;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.debug.SyscallTracker;

/**
 * A machine that executes a handful of real x86-64 instructions, enough for {@link ToyProgram}.
 * Linear addresses 0 to 2 MB are mapped one to one, except the page {@link #HOLE}, and once more at
 * {@link #kernelAt}. There is a timer interrupt every {@link #timerPeriod} instructions.
 */
public final class ToyMachine implements DebuggableMachine {
    public static final int RAM_SIZE = 2 << 20;
    public static final int HOLE = 0x5000;

    /** Physical addresses that belong to a device and are no memory. */
    public static final int DEVICE = 0xa0000;

    public static final int DEVICE_END = 0xc0000;

    private static final int RSP = 4;
    private static final int CF = 1;
    private static final int ZF = 0x40;
    private static final int IF = 0x200;

    public final ToyProgram program = new ToyProgram();
    public final BreakpointTable breakpoints = new BreakpointTable();
    public final CatchTable catches = new CatchTable();
    public final ToyRegisters registers = new ToyRegisters(this);
    public final ToyMemory memory = new ToyMemory(this);
    final byte[] ram = new byte[RAM_SIZE];

    /** General registers in the order of their encoding. */
    final long[] gpr = new long[16];

    long rip;
    long flags;
    int cpl;
    long codeBase;
    int codeBits = 64;
    long cr2;
    boolean halted;

    /** Linear address of the second mapping, or 0. */
    public volatile long kernelAt;

    private int timerPeriod = 1000;
    public volatile boolean staysAfterExit;

    public long instructions;
    public int resets;
    private long timerAt;
    private long haltAt = Long.MAX_VALUE;
    private final SyscallTracker syscalls = new SyscallTracker();
    private long syscallStopAt = -1;
    private StopReason pendingStop;

    public ToyMachine() {
        reset();
    }

    @Override
    public void reset() {
        Arrays.fill(ram, (byte) 0);
        byte[] code = program.code();
        System.arraycopy(code, 0, ram, ToyProgram.BASE, code.length);
        Arrays.fill(gpr, 0);
        gpr[RSP] = 0x8000;
        rip = program.at("_start");
        flags = IF | 2;
        cpl = 3;
        halted = false;
        instructions = 0;
        timerAt = timerPeriod;
        resets++;
    }

    /** Sets the period of the timer interrupt in instructions; 0 for none. */
    public void setTimer(int period) {
        timerPeriod = period;
        timerAt = instructions + period;
    }

    /** Makes the guest idle for ever after this many instructions. */
    public void haltAfter(long count) {
        haltAt = count;
    }

    /** Checksum of everything that the guest can see. */
    public long hash() {
        CRC32 crc = new CRC32();
        crc.update(ram);
        crc.update((Arrays.toString(gpr) + rip + flags + cpl + halted + instructions).getBytes());
        return crc.getValue();
    }

    @Override
    public StopReason run(MachineMailbox mailbox, boolean overBreakpoint) {
        boolean over = overBreakpoint;
        while (true) {
            if (!over) {
                if (mailbox.pending()) {
                    return null;
                }
                if (instructions >= haltAt) {
                    mailbox.awaitPending(Long.MAX_VALUE);
                    continue;
                }
                takeInterrupt();
                if (halted) {
                    idle(mailbox);
                    continue;
                }
                if (breakpoints.contains(codeBase + rip)) {
                    return StopReason.breakpoint(0, codeBase + rip);
                }
            }
            over = false;
            StopReason reason = execute();
            if (reason != null) {
                return reason;
            }
        }
    }

    @Override
    public StopReason runBriefly(boolean overBreakpoint) {
        return overBreakpoint ? execute() : null;
    }

    private void idle(MachineMailbox mailbox) {
        if (timerPeriod == 0) {
            mailbox.awaitPending(Long.MAX_VALUE);
        } else {
            instructions = timerAt;
        }
    }

    @Override
    public StopReason step(int cpu, boolean holdInterrupts) {
        if (!holdInterrupts) {
            takeInterrupt();
        }
        halted = false;
        return execute();
    }

    private void takeInterrupt() {
        if (timerPeriod != 0 && instructions >= timerAt && (flags & IF) != 0) {
            timerAt = instructions + timerPeriod;
            halted = false;
            deliver("timer");
        }
    }

    private void deliver(String handler) {
        try {
            pushFrame();
        } catch (PageFault e) {
            // A triple fault.
            reset();
            return;
        }
        flags &= ~IF;
        cpl = 0;
        rip = program.at(handler);
    }

    private void pushFrame() {
        long stack = gpr[RSP];
        push(0);
        push(stack);
        push(flags);
        push(cpl);
        push(rip);
    }

    /** One instruction or one REP iteration. */
    private StopReason execute() {
        long start = rip;
        pendingStop = null;
        try {
            decode();
        } catch (PageFault e) {
            breakpoints.discardHit();
            rip = start;
            cr2 = e.address;
            return raise(14);
        }
        instructions++;
        if (breakpoints.hitPending()) {
            return breakpoints.takeHit(0);
        }
        return pendingStop;
    }

    private StopReason raise(int vector) {
        if (catches.catchesException(vector) && caughtAt != rip) {
            caughtAt = rip;
            return StopReason.exception(0, vector);
        }
        caughtAt = -1;
        deliver("oops");
        return null;
    }

    private long caughtAt = -1;

    private void decode() {
        long start = rip;
        int op = fetch();
        boolean rep = op == 0xf3;
        if (rep) {
            op = fetch();
        }
        int rex = 0;
        if ((op & 0xf0) == 0x40) {
            rex = op;
            op = fetch();
        }
        boolean wide = (rex & 8) != 0;
        int b = (rex & 1) << 3;
        switch (op) {
            case 0x90 -> {}
            case 0xf4 -> halted = true;
            case 0xcc -> pendingStop = raise(3);
            case 0xc3 -> rip = pop();
            case 0xe8 -> {
                int offset = fetch32();
                push(rip);
                rip += offset;
            }
            case 0xeb -> {
                byte offset = (byte) fetch();
                rip += offset;
            }
            case 0x50, 0x53, 0x55 -> push(gpr[op - 0x50 + b]);
            case 0x58, 0x5b, 0x5d -> gpr[op - 0x58 + b] = pop();
            case 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbe, 0xbf ->
                    gpr[op - 0xb8 + b] = fetch32() & 0xffff_ffffL;
            case 0xa4 -> moveString(rep);
            case 0xcf -> interruptReturn();
            case 0x01, 0x31, 0x89, 0x8b, 0x8d, 0xff -> modRm(op, rex, wide);
            case 0x0f -> twoBytes();
            default -> {
                rip = start;
                pendingStop = raise(6);
            }
        }
    }

    private void modRm(int op, int rex, boolean wide) {
        int modRm = fetch();
        int reg = (modRm >> 3 & 7) + ((rex & 4) << 1);
        int rm = (modRm & 7) + ((rex & 1) << 3);
        long mask = wide ? -1 : 0xffff_ffffL;
        if (modRm >> 6 == 3) {
            switch (op) {
                case 0x01 -> gpr[rm] = flagged((gpr[rm] + gpr[reg]) & mask);
                case 0x31 -> gpr[rm] = flagged((gpr[rm] ^ gpr[reg]) & mask);
                case 0x89 -> gpr[rm] = gpr[reg] & mask;
                default -> gpr[rm] = flagged(gpr[rm] + 1);
            }
            return;
        }
        long address = gpr[rm] + (modRm >> 6 == 1 ? (byte) fetch() : 0);
        switch (op) {
            case 0x89 -> store(address, gpr[reg], 8);
            case 0x8b -> gpr[reg] = load(address, 8);
            default -> gpr[reg] = address;
        }
    }

    private long flagged(long value) {
        flags = flags & ~(ZF | CF) | (value == 0 ? ZF : 0);
        return value;
    }

    private void moveString(boolean rep) {
        if (rep && gpr[1] == 0) {
            return;
        }
        store(gpr[7], load(gpr[6], 1), 1);
        gpr[6]++;
        gpr[7]++;
        if (rep && --gpr[1] != 0) {
            rip -= 2;
        }
    }

    private void interruptReturn() {
        rip = pop();
        cpl = (int) pop();
        flags = pop();
        gpr[RSP] = pop();
    }

    private void twoBytes() {
        switch (fetch()) {
            case 0x05 -> {
                long start = rip - 2;
                if (catches.catchesSyscall(gpr[0]) && syscallStopAt != start) {
                    syscallStopAt = start;
                    rip = start;
                    instructions--;
                    pendingStop = StopReason.syscallEntry(0, gpr[0]);
                    return;
                }
                syscallStopAt = -1;
                syscalls.entered(gpr[RSP], rip, gpr[0]);
                gpr[1] = rip;
                gpr[11] = flags;
                flags &= ~IF;
                cpl = 0;
                rip = program.at("entry");
            }
            case 0x07 -> {
                rip = gpr[1];
                flags = gpr[11];
                cpl = 3;
                long number = syscalls.returned(gpr[RSP], rip);
                if (number >= 0 && catches.catchesSyscall(number)) {
                    pendingStop = StopReason.syscallReturn(0, number);
                }
            }
            default -> {
                rip -= 2;
                pendingStop =
                        staysAfterExit
                                ? StopReason.of(StopReason.Kind.SHUTDOWN, 0)
                                : StopReason.exited((int) gpr[0]);
            }
        }
    }

    private int fetch() {
        int value = ram[physical(codeBase + rip)] & 0xff;
        rip++;
        return value;
    }

    private int fetch32() {
        return fetch() | fetch() << 8 | fetch() << 16 | fetch() << 24;
    }

    private void push(long value) {
        gpr[RSP] -= 8;
        store(gpr[RSP], value, 8);
    }

    private long pop() {
        long value = load(gpr[RSP], 8);
        gpr[RSP] += 8;
        return value;
    }

    private long load(long address, int size) {
        long value = 0;
        physical(address);
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | ram[physical(address + i)] & 0xff;
        }
        breakpoints.access(address, size, false);
        return value;
    }

    private void store(long address, long value, int size) {
        physical(address + size - 1);
        for (int i = 0; i < size; i++) {
            ram[physical(address + i)] = (byte) (value >>> (8 * i));
        }
        breakpoints.access(address, size, true);
    }

    private int physical(long linear) {
        long physical = memory.translate(linear);
        if (physical < 0) {
            throw new PageFault(linear);
        }
        return (int) physical;
    }

    @Override
    public int cpuCount() {
        return 1;
    }

    @Override
    public RegisterAccess registers(int cpu) {
        return registers;
    }

    @Override
    public MemoryAccess memory(int cpu) {
        return memory;
    }

    @Override
    public BreakpointTable breakpoints() {
        return breakpoints;
    }

    @Override
    public CatchTable catches() {
        return catches;
    }

    @Override
    public MonitorCommands monitor() {
        return new MonitorCommands() {
            @Override
            public boolean execute(String line, DebugOutput output) {
                if (line.startsWith("count ")) {
                    int lines = Integer.parseInt(line.substring(6));
                    for (int i = 0; i < lines && !output.cancelled(); i++) {
                        output.println("line " + i);
                    }
                    return true;
                }
                if (line.equals("wait")) {
                    while (!output.cancelled()) {
                        Thread.onSpinWait();
                    }
                    output.println("broken off");
                    return true;
                }
                return false;
            }

            @Override
            public void help(DebugOutput output) {
                output.println("  count N   counts to N");
            }
        };
    }

    private static final class PageFault extends RuntimeException {
        private final long address;

        PageFault(long address) {
            super(null, null, false, false);
            this.address = address;
        }
    }
}
