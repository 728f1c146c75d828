package org.linuxemu.devices.board;

import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.devices.acpi.AcpiPowerManagement;
import org.linuxemu.devices.acpi.AmlBuilder;
import org.linuxemu.devices.acpi.RootPointer;
import org.linuxemu.devices.acpi.SystemTable;
import org.linuxemu.devices.apic.IoApic;
import org.linuxemu.devices.apic.LocalApic;
import org.linuxemu.devices.hpet.Hpet;
import org.linuxemu.devices.misc.ResetControl;

/**
 * The board described to ACPI (specification 6.4): RSDP, RSDT, XSDT, FADT, FACS, DSDT, HPET and,
 * with APICs, MADT. The tables lie where firmware puts them, in the area that is searched for the
 * RSDP.
 */
final class PcAcpiTables {
    /** Interrupt of the fixed hardware. */
    static final int SCI = 9;

    /** The I/O APIC's input that IRQ 0 is wired to. */
    static final int TIMER_INPUT = 2;

    private static final int FADT_REVISION = 6;
    private static final int FADT_SIZE = 276;
    private static final int FADT_MINOR = 4;

    /** IAPC_BOOT_ARCH: there are devices of the ISA bus, and a keyboard controller. */
    private static final int LEGACY_DEVICES = 0x0003;

    /**
     * WBINVD, C1 on HLT; no sleep button, no wake-up by the clock; 32-bit timer; the reset
     * register.
     */
    private static final int FADT_FLAGS = 1 | 1 << 2 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 10;

    /** Beyond 100 and 1000 us: there are no C2 and C3. */
    private static final int NO_C_STATE = 0xFFF;

    private static final int FACS_SIZE = 64;

    private final PhysicalMemory ram;
    private long next = PcMemoryLayout.ACPI_TABLES + RootPointer.SIZE;

    private PcAcpiTables(PhysicalMemory ram) {
        this.ram = ram;
    }

    /** Writes the tables to RAM. */
    static void store(PhysicalMemory ram, boolean apic) {
        new PcAcpiTables(ram).store(apic);
    }

    private void store(boolean apic) {
        ram.load(PcMemoryLayout.ACPI_NVS, facs(), 0, FACS_SIZE);
        long dsdt = place(dsdt(apic));
        long fadt = place(fadt(dsdt));
        long hpet = place(hpet());
        long madt = apic ? place(madt()) : 0;
        SystemTable rsdt = new SystemTable("RSDT", 1).put32(fadt).put32(hpet);
        SystemTable xsdt = new SystemTable("XSDT", 1).put64(fadt).put64(hpet);
        if (apic) {
            rsdt.put32(madt);
            xsdt.put64(madt);
        }
        byte[] pointer = RootPointer.of(place(rsdt), place(xsdt));
        ram.load(PcMemoryLayout.ACPI_TABLES, pointer, 0, pointer.length);
    }

    private long place(SystemTable table) {
        byte[] bytes = table.finish();
        long address = (next + 15) & ~15L;
        ram.load(address, bytes, 0, bytes.length);
        next = address + bytes.length;
        return address;
    }

    /** 5.2.10; version 2. Nobody else wants the global lock. */
    private static byte[] facs() {
        byte[] facs = new byte[FACS_SIZE];
        facs[0] = 'F';
        facs[1] = 'A';
        facs[2] = 'C';
        facs[3] = 'S';
        facs[4] = FACS_SIZE;
        facs[32] = 2;
        return facs;
    }

    /** 5.2.9. */
    private static SystemTable fadt(long dsdt) {
        int events = PcBoard.ACPI_PORTS + AcpiPowerManagement.EVENT_OFFSET;
        int control = PcBoard.ACPI_PORTS + AcpiPowerManagement.CONTROL_OFFSET;
        int timer = PcBoard.ACPI_PORTS + AcpiPowerManagement.TIMER_OFFSET;
        SystemTable t = new SystemTable("FACP", FADT_REVISION);
        t.put32(PcMemoryLayout.ACPI_NVS).put32(dsdt);
        t.put8(0).put8(0); // reserved; no preferred profile
        t.put16(SCI);
        t.put32(0).put32(0); // no SMI command port: always in ACPI mode
        t.put32(events).put32(0).put32(control).put32(0).put32(0).put32(timer);
        t.put32(0).put32(0); // no general-purpose events
        t.put8(4).put8(2).put8(0).put8(4).put8(0).put8(0).put8(0).put8(0); // lengths
        t.put16(NO_C_STATE).put16(NO_C_STATE);
        t.padTo(108).put8(0x32); // century register of the clock; no alarm by day or month
        t.put16(LEGACY_DEVICES).put8(0).put32(FADT_FLAGS);
        t.putPort(ResetControl.PORT, 8).put8(ResetControl.HARD_RESET);
        t.put16(0).put8(FADT_MINOR);
        t.put64(0).put64(dsdt);
        t.putPort(events, 32).putPort(0, 0).putPort(control, 16).putPort(0, 0).putPort(0, 0);
        t.putPort(timer, 32);
        return t.padTo(FADT_SIZE);
    }

    /** IA-PC HPET specification 1.0a, 3.2.4. */
    private static SystemTable hpet() {
        SystemTable t = new SystemTable("HPET", 1);
        t.put32(Hpet.BLOCK_ID);
        t.put8(0).put8(64).put8(0).put8(0).put64(PcMemoryLayout.HPET);
        t.put8(0).put16(Hpet.SHORTEST_INTERVAL); // number; shortest period in ticks
        return t.put8(0);
    }

    /** 5.2.12. */
    private static SystemTable madt() {
        SystemTable t = new SystemTable("APIC", 5);
        t.put32(PcMemoryLayout.LOCAL_APIC).put32(1); // with a pair of 8259A
        t.put8(0).put8(8).put8(0).put8(0).put32(1); // local APIC 0 of processor 0, enabled
        t.put8(1).put8(12).put8(0).put8(0).put32(PcMemoryLayout.IO_APIC).put32(0);
        // IRQ 0 is on another input; the SCI is level-triggered and active high.
        t.put8(2).put8(10).put8(0).put8(0).put32(TIMER_INPUT).put16(0);
        t.put8(2).put8(10).put8(0).put8(SCI).put32(SCI).put16(0x0D);
        return t.put8(4).put8(6).put8(0xFF).put16(0).put8(1); // NMI on LINT1
    }

    private static SystemTable dsdt(boolean apic) {
        AmlBuilder a = new AmlBuilder();
        int s5 = AcpiPowerManagement.SLEEP_TYPE_S5;
        a.namePackage("_S5_", s5, s5, 0, 0);
        a.beginScope("\\_SB_");
        if (apic) {
            a.beginDevice("CPU0").name("_HID", "ACPI0007").name("_UID", 0).end();
        }
        device(a, "PIC_", "PNP0000").ports(0x20, 2).ports(0xA0, 2).ports(0x4D0, 2);
        a.endResources().end();
        device(a, "TMR_", "PNP0100").ports(0x40, 4).irq(0);
        a.endResources().end();
        device(a, "RTC_", "PNP0B00").ports(0x70, 2).irq(8);
        a.endResources().end();
        device(a, "SPKR", "PNP0800").ports(0x61, 1);
        a.endResources().end();
        device(a, "KBD_", "PNP0303").ports(0x60, 1).ports(0x64, 1).irq(1);
        a.endResources().end();
        for (int i = 0; i < PcBoard.SERIAL_PORTS.length; i++) {
            a.beginDevice("COM" + (i + 1)).hardwareId("PNP0501").name("_UID", i + 1);
            a.beginResources().ports(PcBoard.SERIAL_PORTS[i], 8).irq(PcBoard.SERIAL_IRQS[i]);
            a.endResources().end();
        }
        device(a, "HPET", "PNP0103").memory(PcMemoryLayout.HPET, Hpet.WINDOW_SIZE, false);
        a.endResources().end();
        // What belongs to no other device.
        device(a, "MBRD", "PNP0C02");
        a.ports(0x80, 1).ports(0x92, 1).ports(0xE9, 1);
        a.ports(ResetControl.FIRST_PORT, ResetControl.PORT_COUNT);
        a.ports(PcBoard.ACPI_PORTS, AcpiPowerManagement.PORT_COUNT);
        if (apic) {
            a.memory(PcMemoryLayout.IO_APIC, IoApic.WINDOW_SIZE, true);
            a.memory(PcMemoryLayout.LOCAL_APIC, LocalApic.WINDOW_SIZE, true);
        }
        a.endResources().end();
        a.end();
        return new SystemTable("DSDT", 2).put(a);
    }

    private static AmlBuilder device(AmlBuilder a, String name, String id) {
        return a.beginDevice(name).hardwareId(id).beginResources();
    }
}
