package org.linuxemu.devices.rtc;

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

/**
 * The PC's real-time clock with 128 bytes of battery-backed memory, Motorola MC146818 (datasheet
 * ADI-856), two ports. It runs on virtual time from a given date. Daylight saving (DSE) and the
 * square wave output are not modelled.
 */
public final class Mc146818Rtc implements PortDevice, Stateful, Resettable {
    private static final String SECTION = "rtc";

    private static final int REGISTER_A = 0x0A;
    private static final int REGISTER_B = 0x0B;
    private static final int REGISTER_C = 0x0C;
    private static final int REGISTER_D = 0x0D;
    private static final int A_UIP = 0x80;
    private static final int B_SET = 0x80;
    private static final int B_UIE = 0x10;
    private static final int B_PIE = 0x40;
    private static final int C_IRQF = 0x80;
    private static final int C_PF = 0x40;
    private static final int C_AF = 0x20;
    private static final int C_UF = 0x10;
    private static final int D_VRT = 0x80;

    private static final long SECOND = VirtualClock.CYCLES_PER_SECOND;

    /** UIP is on for 244 us before the update and for its 1984 us (datasheet, table 6). */
    private static final long UIP_CYCLES = 2_228_000;

    /** Time from the release of the divider reset to the first update. */
    private static final long FIRST_UPDATE = SECOND / 2;

    private final VirtualClock clock;
    private final EventScheduler scheduler;
    private final IrqLine irq;
    private final DerivedClock crystal = new DerivedClock(32_768);
    private final Update update = new Update();
    private final Periodic periodic = new Periodic();
    private final byte[] ram = new byte[128];
    private final CalendarRegisters calendar = new CalendarRegisters(ram);

    private int index;

    /** When the divider chain was last at zero with a full second to go; may be negative. */
    private long dividerOrigin;

    /** The period of the periodic interrupt, counted from the origin, in which PF was last set. */
    private long lastPeriod;

    /**
     * Starts the clock at {@code epochSeconds} after 1970-01-01T00:00:00 UTC, in BCD and 24 hour
     * mode.
     */
    public Mc146818Rtc(
            VirtualClock clock, EventScheduler scheduler, IrqLine irq, long epochSeconds) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.irq = irq;
        scheduler.register(update);
        scheduler.register(periodic);
        ram[REGISTER_A] = 0x26;
        ram[REGISTER_B] = 0x02;
        ram[REGISTER_D] = (byte) D_VRT;
        dividerOrigin = clock.cycles();
        calendar.setTime(epochSeconds);
        scheduleUpdate();
    }

    /** Sets a byte of the memory as setup programs leave it there, {@code index} 0Eh to 7Fh. */
    public void setMemory(int index, int value) {
        if (index <= REGISTER_D || index >= ram.length) {
            throw new IllegalArgumentException("not a memory byte: " + index);
        }
        ram[index] = (byte) value;
    }

    /** Describes the machine's RAM in the bytes where PC firmware keeps its size. */
    public void setMemorySize(long bytesBelow4G, long bytesAbove4G) {
        long extendedKiB = Math.max(0, (bytesBelow4G >> 10) - 1024);
        long above16M = Math.max(0, (bytesBelow4G - (16L << 20)) >> 16);
        setWord(0x15, 640);
        setWord(0x17, Math.min(extendedKiB, 0xFFFF));
        setWord(0x30, Math.min(extendedKiB, 0xFFFF));
        setWord(0x34, Math.min(above16M, 0xFFFF));
        setWord(0x5B, bytesAbove4G >> 16);
        setMemory(0x5D, (int) (bytesAbove4G >> 32));
    }

    private void setWord(int at, long value) {
        setMemory(at, (int) value);
        setMemory(at + 1, (int) (value >> 8));
    }

    @Override
    public int read(int offset, int size) {
        if (offset == 0) {
            return 0xFF;
        }
        passDueEvents();
        switch (index) {
            case REGISTER_A:
                return ram[REGISTER_A] | (updateInProgress() ? A_UIP : 0);
            case REGISTER_C:
                notePeriods(clock.cycles());
                int flags = ram[REGISTER_C] & 0xFF;
                ram[REGISTER_C] = 0;
                irq.set(false);
                return flags;
            default:
                return ram[index] & 0xFF;
        }
    }

    @Override
    public void write(int offset, int size, int value) {
        if (offset == 0) {
            // Bit 7 masks the NMI, which nothing raises.
            index = value & 0x7F;
            return;
        }
        passDueEvents();
        switch (index) {
            case REGISTER_A:
                writeRegisterA(value & ~A_UIP);
                break;
            case REGISTER_B:
                notePeriods(clock.cycles());
                boolean set = (value & ~ram[REGISTER_B] & B_SET) != 0;
                ram[REGISTER_B] = (byte) (set ? value & ~B_UIE : value);
                updateIrq();
                schedulePeriodic();
                break;
            case REGISTER_C:
            case REGISTER_D:
                break;
            default:
                ram[index] = (byte) value;
                break;
        }
    }

    private void writeRegisterA(int value) {
        long now = clock.cycles();
        notePeriods(now);
        boolean wasRunning = dividerRuns();
        ram[REGISTER_A] = (byte) value;
        if (!wasRunning && dividerRuns()) {
            dividerOrigin = now - FIRST_UPDATE;
        }
        scheduleUpdate();
        lastPeriod = periodAt(now);
        schedulePeriodic();
    }

    /** DV: 110 and 111 hold the divider chain in reset; test modes are taken as a stop too. */
    private boolean dividerRuns() {
        return (ram[REGISTER_A] & 0x70) <= 0x20;
    }

    private boolean updateInProgress() {
        if (!dividerRuns() || (ram[REGISTER_B] & B_SET) != 0) {
            return false;
        }
        return Math.floorMod(clock.cycles() - dividerOrigin, SECOND) >= SECOND - UIP_CYCLES;
    }

    private void scheduleUpdate() {
        if (!dividerRuns()) {
            scheduler.cancel(update);
            return;
        }
        long seconds = Math.floorDiv(clock.cycles() - dividerOrigin, SECOND);
        scheduler.schedule(update, dividerOrigin + (seconds + 1) * SECOND);
    }

    /** Length of the periodic interrupt's period in crystal ticks, 0 when it is off (table 5). */
    private int periodTicks() {
        int rate = ram[REGISTER_A] & 0x0F;
        if (rate == 0 || !dividerRuns()) {
            return 0;
        }
        return 1 << ((rate <= 2 ? rate + 7 : rate) - 1);
    }

    private long periodAt(long now) {
        int length = periodTicks();
        return length == 0 ? 0 : crystal.ticksAt(now - dividerOrigin) / length;
    }

    /** Sets PF if a period has ended since this was last called. */
    private void notePeriods(long now) {
        long period = periodAt(now);
        if (period != lastPeriod) {
            lastPeriod = period;
            raise(C_PF);
        }
    }

    /** PF costs an event only where it interrupts; otherwise it is computed when it is read. */
    private void schedulePeriodic() {
        int length = periodTicks();
        if (length == 0 || (ram[REGISTER_B] & B_PIE) == 0) {
            scheduler.cancel(periodic);
            return;
        }
        scheduler.schedule(
                periodic, dividerOrigin + crystal.cycleOf((lastPeriod + 1) * (long) length));
    }

    private void raise(int flag) {
        ram[REGISTER_C] |= (byte) flag;
        updateIrq();
    }

    private void updateIrq() {
        boolean request = (ram[REGISTER_B] & ram[REGISTER_C] & (C_PF | C_AF | C_UF)) != 0;
        ram[REGISTER_C] = (byte) ((ram[REGISTER_C] & ~C_IRQF) | (request ? C_IRQF : 0));
        irq.set(request);
    }

    private void passDueEvents() {
        long now = clock.cycles();
        while (update.isScheduled() && update.deadline() <= now) {
            long deadline = update.deadline();
            scheduler.cancel(update);
            update.fire(deadline);
        }
    }

    /** The RESET pin: interrupts off; time, alarm and memory stay. */
    @Override
    public void reset() {
        index = 0;
        ram[REGISTER_B] &= (byte) ~0x78;
        ram[REGISTER_C] = 0;
        schedulePeriodic();
        irq.set(false);
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        writer.writeBytes(ram);
        writer.writeInt(index);
        writer.writeLong(dividerOrigin);
        writer.writeLong(lastPeriod);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        reader.readBytesInto(ram);
        index = reader.readInt(0, 127);
        dividerOrigin = reader.readLong(-SECOND, clock.cycles());
        lastPeriod = reader.readLong(0, Long.MAX_VALUE >> 16);
        reader.endSection();
    }

    /** The end of the once-a-second update cycle. */
    private final class Update extends TimedEvent {
        Update() {
            super("rtc.update");
        }

        @Override
        public void fire(long deadline) {
            scheduler.schedule(this, deadline + SECOND);
            if ((ram[REGISTER_B] & B_SET) == 0) {
                calendar.increment();
                raise(calendar.alarmMatches() ? C_UF | C_AF : C_UF);
            }
        }
    }

    private final class Periodic extends TimedEvent {
        Periodic() {
            super("rtc.periodic");
        }

        @Override
        public void fire(long deadline) {
            notePeriods(deadline);
            schedulePeriodic();
        }
    }
}
