package org.linuxemu.devices.board;

import java.util.List;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.cpu.Cpu;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.VirtualClock;
import org.linuxemu.devices.apic.IoApic;
import org.linuxemu.devices.apic.LocalApic;
import org.linuxemu.devices.pic.PicPair;

/**
 * The interrupt controllers and the wires between them. Without APICs the 8259A pair drives the
 * processor. With them the pair drives LINT0 of the local APIC, and each ISA interrupt goes to the
 * pair and to the I/O APIC, whose input has the same number save for IRQ 0.
 */
final class PcInterrupts {
    private final PicPair pic = new PicPair();
    private final LocalApic localApic;
    private final IoApic ioApic;
    private final InterruptCounts picCounts = new InterruptCounts("isa-i8259", 16);
    private final InterruptCounts ioApicCounts = new InterruptCounts("ioapic", IoApic.INPUT_COUNT);

    PcInterrupts(
            Cpu cpu,
            VirtualClock clock,
            EventScheduler scheduler,
            AddressSpace memory,
            IoPortBus ports,
            boolean apic) {
        ports.register(0x20, 2, pic.masterPorts());
        ports.register(0xA0, 2, pic.slavePorts());
        ports.register(0x4D0, 2, pic.elcrPorts());
        if (apic) {
            localApic = new LocalApic(clock, scheduler, pic, cpu.nmiLine());
            ioApic = new IoApic(localApic);
            memory.register(PcMemoryLayout.LOCAL_APIC, LocalApic.WINDOW_SIZE, localApic);
            memory.register(PcMemoryLayout.IO_APIC, IoApic.WINDOW_SIZE, ioApic);
            cpu.setLocalApic(localApic);
        } else {
            localApic = null;
            ioApic = null;
            cpu.setInterruptSource(pic);
        }
    }

    PicPair pic() {
        return pic;
    }

    /** The processor's local APIC, or null. */
    LocalApic localApic() {
        return localApic;
    }

    /** The I/O APIC, or null. */
    IoApic ioApic() {
        return ioApic;
    }

    /** The wire of an ISA interrupt, 0 to 15 but not 2. */
    IrqLine isa(int irq) {
        IrqLine toPic = picCounts.counted(irq, pic.line(irq));
        if (ioApic == null) {
            return toPic;
        }
        IrqLine toIoApic = ioApicInput(irq == 0 ? PcAcpiTables.TIMER_INPUT : irq);
        return new IrqLine() {
            @Override
            public void set(boolean asserted) {
                toPic.set(asserted);
                toIoApic.set(asserted);
            }
        };
    }

    /** The wires to all inputs of the I/O APIC, going nowhere if there is none. */
    IrqLine[] ioApicInputs() {
        IrqLine[] inputs = new IrqLine[IoApic.INPUT_COUNT];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = ioApic == null ? IrqLine.UNCONNECTED : ioApicInput(i);
        }
        return inputs;
    }

    private IrqLine ioApicInput(int input) {
        return ioApicCounts.counted(input, ioApic.line(input));
    }

    /** Shows how often each wire was asserted. */
    void printCounts(DebugOutput output) {
        if (ioApic != null) {
            ioApicCounts.print(output);
        }
        picCounts.print(output);
    }

    /** Adds what is to be saved of the controllers. */
    void addTo(List<Stateful> parts) {
        parts.add(pic);
        parts.add(picCounts);
        if (localApic != null) {
            parts.add(localApic);
            parts.add(ioApic);
            parts.add(ioApicCounts);
        }
    }

    /**
     * State at power-on, as firmware leaves it.
     *
     * @param levelTriggered IRQs 0 to 15 that firmware sets up as level-triggered, a bit each
     */
    void powerOn(int levelTriggered) {
        pic.reset();
        picCounts.clear();
        ioApicCounts.clear();
        pic.elcrPorts().write(0, 1, levelTriggered & 0xFF);
        pic.elcrPorts().write(1, 1, levelTriggered >>> 8);
        if (localApic != null) {
            ioApic.reset();
            localApic.reset();
            localApic.enterVirtualWireMode();
        }
    }
}
