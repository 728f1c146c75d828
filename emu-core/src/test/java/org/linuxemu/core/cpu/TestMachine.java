package org.linuxemu.core.cpu;

import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.exec.RandomSource;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.VirtualClock;

/**
 * A processor in 64-bit mode at CPL 0 with 16 MiB of RAM, the first GiB identity mapped by 4 KiB
 * pages below 2 MiB and 2 MiB pages above, writable and global-free. Programs are bytes; they end
 * with HLT.
 */
public final class TestMachine {
    public static final long CODE = 0x10000;
    public static final long STACK = 0x20000;
    public static final long DATA = 0x30000;
    public static final long PAGE_TABLE = 0x4000;

    public final PhysicalMemory ram = new PhysicalMemory(16 << 20, 0xC0000000L);
    public final AddressSpace memory = new AddressSpace(ram);
    public final IoPortBus ports = new IoPortBus();
    public final VirtualClock clock = new VirtualClock();
    public final EventScheduler scheduler = new EventScheduler();
    public final Cpu cpu;
    public final CpuState state;

    public TestMachine() {
        this(CpuModel.max());
    }

    public TestMachine(CpuModel model) {
        cpu = new Cpu(memory, ports, clock, scheduler, model, new RandomSource(1));
        state = cpu.state();
        put64(0x1000, 0x2003); // PML4
        put64(0x2000, 0x3003); // PDPT
        put64(0x3000, PAGE_TABLE | 3); // PD: first 2 MiB by 4 KiB pages
        for (int i = 1; i < 512; i++) {
            put64(0x3000 + 8 * i, (long) i << 21 | 0x83);
        }
        for (int i = 0; i < 512; i++) {
            put64(PAGE_TABLE + 8 * i, (long) i << 12 | 3);
        }
        state.cr3 = 0x1000;
        state.cr0 =
                ControlRegisters.CR0_PE
                        | ControlRegisters.CR0_PG
                        | ControlRegisters.CR0_WP
                        | ControlRegisters.CR0_NE
                        | ControlRegisters.CR0_ET;
        state.cr4 =
                ControlRegisters.CR4_PAE
                        | ControlRegisters.CR4_OSFXSR
                        | ControlRegisters.CR4_OSXMMEXCPT;
        state.efer = Efer.LME | Efer.LMA | Efer.NXE | Efer.SCE;
        for (int i = 0; i < 6; i++) {
            state.segments[i].set(i == 1 ? 8 : 16, 0, 0xFFFFFFFFL, i == 1 ? 0xA09B : 0xC093);
        }
        state.idtrLimit = 0;
        state.rip = CODE;
        state.regs[CpuState.RDX] = 0;
        state.regs[CpuState.RSP] = STACK;
        cpu.stateReplaced();
    }

    public void put64(long address, long value) {
        memory.write(address, 8, value);
    }

    public long get64(long address) {
        return memory.read(address, 8);
    }

    /** Places code given as hexadecimal, blanks allowed. */
    public TestMachine code(long address, String hex) {
        String h = hex.replace(" ", "");
        byte[] bytes = new byte[h.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(h.substring(2 * i, 2 * i + 2), 16);
        }
        ram.load(address, bytes, 0, bytes.length);
        return this;
    }

    /** Runs until HLT or at most so many cycles. */
    public TestMachine run(long cycles) {
        long end = clock.cycles() + cycles;
        boolean[] halted = {false};
        cpu.onHaltForever(
                () -> {
                    halted[0] = true;
                    cpu.leave();
                });
        while (!halted[0] && clock.cycles() < end) {
            cpu.run(null, false, end);
        }
        return this;
    }
}
