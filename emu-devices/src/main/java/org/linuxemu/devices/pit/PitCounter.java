package org.linuxemu.devices.pit;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;

/**
 * One counter of an 8254 (datasheet 231164, 1993) in terms of its own CLK pulses. Nothing happens
 * by itself: {@link #advanceTo} computes in constant time what any number of pulses have done. All
 * other methods act at the tick last advanced to.
 *
 * <p>The counting element holds plain numbers, also in BCD mode: 0 to modulus - 1, or the modulus
 * itself just after a count of 0 was loaded.
 */
final class PitCounter {
    /** {@link #ticksToChange} when OUT will not change by itself. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int NOT_LATCHED = -1;

    /** The low six bits of the control word as written: RW, M, BCD. */
    private int control;

    private int mode;
    private int modulus;

    private long tick;

    /** CR: the count last written, 1 to modulus. */
    private int countRegister;

    /** CE; in mode 3 it is computed from {@link #phase}. */
    private int count;

    /** The count that the present period was loaded with (modes 2 and 3). */
    private int period;

    /** Pulses since the present half-cycle began (mode 3). */
    private int phase;

    /** A count was completely written since the control word. */
    private boolean written;

    /** CE was loaded since the control word. */
    private boolean loaded;

    /** The next pulse transfers CR to CE. */
    private boolean loadPending;

    /** Terminal count is still to come (modes 0, 1, 4, 5). */
    private boolean armed;

    private boolean gate;
    private boolean out;
    private boolean nullCount;

    private int latchedCount;
    private int latchedStatus;
    private boolean readHighNext;
    private boolean writeHighNext;
    private int writtenLow;

    PitCounter(boolean gate) {
        this.gate = gate;
        powerOn(0);
    }

    /** The datasheet leaves the state undefined: here OUT is high and nothing counts. */
    void powerOn(long now) {
        control = 0x30;
        mode = 0;
        modulus = 0x10000;
        tick = now;
        countRegister = modulus;
        count = 0;
        period = modulus;
        phase = 0;
        written = false;
        loaded = false;
        loadPending = false;
        armed = false;
        out = true;
        nullCount = true;
        latchedCount = NOT_LATCHED;
        latchedStatus = NOT_LATCHED;
        readHighNext = false;
        writeHighNext = false;
        writtenLow = 0;
    }

    boolean out() {
        return out;
    }

    boolean gate() {
        return gate;
    }

    long tick() {
        return tick;
    }

    void advanceTo(long now) {
        long pulses = now - tick;
        tick = now;
        if (pulses > 0 && loadPending) {
            load();
            pulses--;
        }
        if (pulses > 0) {
            count(pulses);
        }
    }

    private void load() {
        loadPending = false;
        loaded = true;
        nullCount = false;
        period = countRegister;
        count = countRegister;
        phase = 0;
        armed = true;
        // Mode 1 starts its pulse; modes 4 and 5 end a strobe that was on; 2 and 3 start high.
        if (mode == 1) {
            out = false;
        } else if (mode != 0) {
            out = true;
        }
    }

    private void count(long pulses) {
        switch (mode) {
            case 0:
                if (gate && !writeHighNext && loaded) {
                    if (armed && pulses >= count) {
                        armed = false;
                        out = true;
                    }
                    countDown(pulses);
                }
                break;
            case 1:
                if (loaded) {
                    if (armed && pulses >= count) {
                        armed = false;
                        out = true;
                    }
                    countDown(pulses);
                }
                break;
            case 2:
                if (gate && loaded) {
                    countRate(pulses);
                }
                break;
            case 3:
                if (gate && loaded) {
                    countSquare(pulses);
                }
                break;
            default:
                out = true;
                if (loaded && (mode == 5 || gate)) {
                    if (armed && pulses >= count) {
                        armed = false;
                        out = pulses != count;
                    }
                    countDown(pulses);
                }
                break;
        }
    }

    private void countDown(long pulses) {
        count = (int) Math.floorMod(count - pulses, (long) modulus);
    }

    /** Mode 2: OUT is low while CE is 1; the pulse after that reloads CE. */
    private void countRate(long pulses) {
        if (pulses < count) {
            count -= (int) pulses;
        } else {
            long rest = pulses - count;
            period = countRegister;
            nullCount = false;
            count = period - (int) (rest % period);
        }
        out = count != 1 || period == 1;
    }

    /** Mode 3: a new count is taken at the end of a half-cycle. */
    private void countSquare(long elapsed) {
        long pulses = elapsed;
        if (period == 1) {
            // Not a legal count: OUT would be low for no pulse at all. It stays high.
            period = countRegister;
            nullCount = false;
            phase = 0;
            pulses--;
            if (period == 1) {
                return;
            }
        }
        long left = halfCycle() - phase;
        if (pulses < left) {
            phase += (int) pulses;
            return;
        }
        out = !out;
        period = countRegister;
        nullCount = false;
        if (period == 1) {
            out = true;
            phase = 0;
            return;
        }
        long rest = (pulses - left) % period;
        if (rest >= halfCycle()) {
            rest -= halfCycle();
            out = !out;
        }
        phase = (int) rest;
    }

    private int halfCycle() {
        return out ? (period + 1) / 2 : period / 2;
    }

    /** How many pulses from now OUT changes, if nothing is written and the gate stays. */
    long ticksToChange() {
        switch (mode) {
            case 0:
                if (!gate || writeHighNext) {
                    return NEVER;
                }
                return loadPending ? 1L + countRegister : armed ? count : NEVER;
            case 1:
                if (loadPending) {
                    return out ? 1 : 1L + countRegister;
                }
                return armed ? count : NEVER;
            case 2:
                if (!gate) {
                    return NEVER;
                }
                if (loadPending) {
                    return countRegister == 1 ? NEVER : countRegister;
                }
                if (!loaded || (period == 1 && countRegister == 1)) {
                    return NEVER;
                }
                return out && count > 1 ? count - 1 : 1;
            case 3:
                if (!gate) {
                    return NEVER;
                }
                if (loadPending) {
                    return countRegister == 1 ? NEVER : 1 + (countRegister + 1L) / 2;
                }
                if (!loaded || (period == 1 && countRegister == 1)) {
                    return NEVER;
                }
                return period == 1 ? 1 : halfCycle() - phase;
            default:
                if (!out) {
                    return 1;
                }
                if (mode == 4 && !gate) {
                    return NEVER;
                }
                return loadPending ? 1L + countRegister : armed ? count : NEVER;
        }
    }

    void setGate(boolean level) {
        if (gate == level) {
            return;
        }
        gate = level;
        if (mode == 2 || mode == 3) {
            // Low forces OUT high at once; the rising edge reloads.
            out = true;
            loadPending |= level && written;
        } else if (level && (mode == 1 || mode == 5)) {
            loadPending |= written;
        }
    }

    /** A control word with RW other than 00; only its low six bits matter here. */
    void writeControl(int value) {
        control = value & 0x3F;
        mode = (value >> 1) & 7;
        if (mode > 5) {
            mode -= 4;
        }
        modulus = (value & 1) != 0 ? 10_000 : 0x10000;
        out = mode != 0;
        countRegister = modulus;
        period = modulus;
        count %= modulus;
        phase = 0;
        written = false;
        loaded = false;
        loadPending = false;
        armed = false;
        nullCount = true;
        latchedCount = NOT_LATCHED;
        latchedStatus = NOT_LATCHED;
        readHighNext = false;
        writeHighNext = false;
    }

    void writeData(int value) {
        switch (control >> 4) {
            case 1:
                writeCount(value);
                break;
            case 2:
                writeCount(value << 8);
                break;
            default:
                if (!writeHighNext) {
                    writtenLow = value;
                    writeHighNext = true;
                    if (mode == 0) {
                        out = false;
                    }
                } else {
                    writeHighNext = false;
                    writeCount(value << 8 | writtenLow);
                }
                break;
        }
    }

    private void writeCount(int raw) {
        int value = raw;
        if (modulus == 10_000) {
            value =
                    ((raw >> 12) * 1000
                                    + ((raw >> 8) & 15) * 100
                                    + ((raw >> 4) & 15) * 10
                                    + (raw & 15))
                            % modulus;
        }
        countRegister = value == 0 ? modulus : value;
        written = true;
        nullCount = true;
        if (mode == 0) {
            out = false;
            armed = false;
            loadPending = true;
        } else if (mode == 4 || ((mode == 2 || mode == 3) && !loaded)) {
            loadPending = true;
        }
    }

    int read() {
        if (latchedStatus != NOT_LATCHED) {
            int status = latchedStatus;
            latchedStatus = NOT_LATCHED;
            return status;
        }
        int value = latchedCount != NOT_LATCHED ? latchedCount : currentCount();
        boolean high = control >> 4 == 2 || (control >> 4 == 3 && readHighNext);
        if (control >> 4 == 3) {
            readHighNext = !readHighNext;
        }
        if (!readHighNext) {
            latchedCount = NOT_LATCHED;
        }
        return high ? value >> 8 : value & 0xFF;
    }

    /** The counter latch command; a count that is latched and not read stays. */
    void latchCount() {
        if (latchedCount == NOT_LATCHED) {
            latchedCount = currentCount();
        }
    }

    /** The read-back command's status byte; a status that is latched and not read stays. */
    void latchStatus() {
        if (latchedStatus == NOT_LATCHED) {
            latchedStatus = (out ? 0x80 : 0) | (nullCount ? 0x40 : 0) | control;
        }
    }

    /** CE as it reads: 16 bits binary or four BCD digits. */
    private int currentCount() {
        int value = count;
        if (mode == 3 && loaded) {
            value = (period & ~1) - 2 * phase;
        }
        value %= modulus;
        if (modulus == 10_000) {
            return (value / 1000) << 12
                    | (value / 100 % 10) << 8
                    | (value / 10 % 10) << 4
                    | (value % 10);
        }
        return value;
    }

    void save(StateWriter writer) {
        writer.writeInt(control);
        writer.writeLong(tick);
        writer.writeInt(countRegister);
        writer.writeInt(count);
        writer.writeInt(period);
        writer.writeInt(phase);
        writer.writeBoolean(written);
        writer.writeBoolean(loaded);
        writer.writeBoolean(loadPending);
        writer.writeBoolean(armed);
        writer.writeBoolean(gate);
        writer.writeBoolean(out);
        writer.writeBoolean(nullCount);
        writer.writeInt(latchedCount);
        writer.writeInt(latchedStatus);
        writer.writeBoolean(readHighNext);
        writer.writeBoolean(writeHighNext);
        writer.writeInt(writtenLow);
    }

    void load(StateReader reader) throws StateFormatException {
        writeControl(reader.readInt(0x10, 0x3F));
        tick = reader.readLong(0, Long.MAX_VALUE);
        countRegister = reader.readInt(1, modulus);
        count = reader.readInt(0, modulus);
        period = reader.readInt(1, modulus);
        phase = reader.readInt(0, modulus);
        written = reader.readBoolean();
        loaded = reader.readBoolean();
        loadPending = reader.readBoolean();
        armed = reader.readBoolean() && count != 0;
        gate = reader.readBoolean();
        out = reader.readBoolean();
        nullCount = reader.readBoolean();
        latchedCount = reader.readInt(NOT_LATCHED, 0xFFFF);
        latchedStatus = reader.readInt(NOT_LATCHED, 0xFF);
        readHighNext = reader.readBoolean();
        writeHighNext = reader.readBoolean();
        writtenLow = reader.readInt(0, 0xFF);
        // A change of OUT must always be at least one pulse away.
        phase = Math.min(phase, Math.max(0, halfCycle() - 1));
    }
}
