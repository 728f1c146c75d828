package org.linuxemu.devices.acpi;

import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.time.DerivedClock;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.core.time.VirtualClock;
import org.linuxemu.devices.misc.MachineControl;

/**
 * The ACPI fixed hardware (ACPI specification 6.4, 4.8.4): PM1a event and control blocks and the
 * 32-bit power management timer, in one window of twelve ports. The machine is always in ACPI mode:
 * SCI_EN is on and there is no SMI command port.
 */
public final class AcpiPowerManagement implements PortDevice, Stateful, Resettable {
    /** Ports in the window. */
    public static final int PORT_COUNT = 12;

    /** Offset of PM1a_EVT_BLK, four ports: status and enable. */
    public static final int EVENT_OFFSET = 0;

    /** Offset of PM1a_CNT_BLK, two ports. */
    public static final int CONTROL_OFFSET = 4;

    /** Offset of PM_TMR_BLK, four ports. */
    public static final int TIMER_OFFSET = 8;

    /** The timer's frequency in Hz. */
    public static final int TIMER_FREQUENCY = 3_579_545;

    /** The SLP_TYP value that stands for S5, soft off, in the machine's _S5 object. */
    public static final int SLEEP_TYPE_S5 = 5;

    private static final String SECTION = "acpi";

    private static final int TIMER_STATUS = 0x0001;
    private static final int POWER_BUTTON_STATUS = 0x0100;

    /** TMR, BM, GBL, PWRBTN, SLPBTN, RTC, PCIEXP_WAKE and WAK status, cleared by writing ones. */
    private static final int STATUS_BITS = 0xC731;

    /** TMR, GBL, PWRBTN, SLPBTN, RTC and PCIEXP_WAKE enables. */
    private static final int ENABLE_BITS = 0x4721;

    private static final int SCI_EN = 0x0001;
    private static final int SLP_EN = 0x2000;
    private static final int CONTROL_BITS = 0x1C02;

    private final VirtualClock clock;
    private final EventScheduler scheduler;
    private final IrqLine sci;
    private final MachineControl machine;
    private final DerivedClock ticks = new DerivedClock(TIMER_FREQUENCY);
    private final TimerCarry timerCarry = new TimerCarry();

    private int status;
    private int enable;
    private int control;

    /** Changes of the timer's top bit that TMR_STS has taken note of. */
    private long notedCarries;

    /** Makes the device; {@code sci} is the system control interrupt, level-triggered. */
    public AcpiPowerManagement(
            VirtualClock clock, EventScheduler scheduler, IrqLine sci, MachineControl machine) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.sci = sci;
        this.machine = machine;
        scheduler.register(timerCarry);
    }

    /** The power button is pressed. */
    public void pressPowerButton() {
        status |= POWER_BUTTON_STATUS;
        updateSci();
    }

    private long carriesAt(long cycle) {
        return ticks.ticksAt(cycle) >>> 31;
    }

    /** Sets TMR_STS if the timer's top bit has changed since (4.8.4.3). */
    private void noteCarries(long cycle) {
        long carries = carriesAt(cycle);
        if (carries != notedCarries) {
            notedCarries = carries;
            status |= TIMER_STATUS;
        }
    }

    private void updateSci() {
        sci.set((status & enable & ENABLE_BITS) != 0);
    }

    /** TMR_STS costs an event only while it can interrupt. */
    private void armTimer() {
        if ((enable & TIMER_STATUS) != 0) {
            scheduler.schedule(timerCarry, ticks.cycleOf((notedCarries + 1) << 31));
        } else {
            scheduler.cancel(timerCarry);
        }
    }

    @Override
    public boolean claimsWide(int offset, int size) {
        return true;
    }

    @Override
    public int read(int offset, int size) {
        int aligned = offset & ~3;
        int value;
        if (aligned == TIMER_OFFSET) {
            value = (int) ticks.ticksAt(clock.cycles());
        } else if (aligned == CONTROL_OFFSET) {
            value = control | SCI_EN;
        } else {
            noteCarries(clock.cycles());
            updateSci();
            value = status | enable << 16;
        }
        return value >>> (8 * (offset & 3));
    }

    @Override
    public void write(int offset, int size, int value) {
        // One register at a time, the lower one first.
        int at = offset;
        int end = offset + size;
        int rest = value;
        while (at < end) {
            int length = (at & 1) == 0 && end - at >= 2 ? 2 : 1;
            int bits = length == 2 ? 0xFFFF : 0xFF;
            writePart(at, rest & bits, bits);
            at += length;
            rest >>>= 8 * length;
        }
    }

    /** Writes a register or one byte of it; {@code bits} are those that the access covers. */
    private void writePart(int offset, int value, int bits) {
        int shift = 8 * (offset & 1);
        int written = value << shift;
        int covered = bits << shift;
        switch (offset & ~1) {
            case EVENT_OFFSET:
                noteCarries(clock.cycles());
                status &= ~(written & STATUS_BITS);
                updateSci();
                break;
            case EVENT_OFFSET + 2:
                noteCarries(clock.cycles());
                enable = ((enable & ~covered) | written) & ENABLE_BITS;
                armTimer();
                updateSci();
                break;
            case CONTROL_OFFSET:
                control = ((control & ~covered) | written) & CONTROL_BITS;
                if ((written & SLP_EN) != 0 && (control >> 10 & 7) == SLEEP_TYPE_S5) {
                    machine.requestPowerOff();
                }
                break;
            default: // the timer is read-only
                break;
        }
    }

    @Override
    public void reset() {
        status = 0;
        enable = 0;
        control = 0;
        notedCarries = carriesAt(clock.cycles());
        scheduler.cancel(timerCarry);
        sci.set(false);
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        writer.writeInt(status);
        writer.writeInt(enable);
        writer.writeInt(control);
        writer.writeLong(notedCarries);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        status = reader.readInt(0, 0xFFFF) & STATUS_BITS;
        enable = reader.readInt(0, 0xFFFF) & ENABLE_BITS;
        control = reader.readInt(0, 0xFFFF) & CONTROL_BITS;
        notedCarries = reader.readLong(0, carriesAt(clock.cycles()));
        reader.endSection();
    }

    /** The timer's top bit changes while TMR_EN is set. */
    private final class TimerCarry extends TimedEvent {
        TimerCarry() {
            super("acpi.timer");
        }

        @Override
        public void fire(long deadline) {
            noteCarries(deadline);
            armTimer();
            updateSci();
        }
    }
}
