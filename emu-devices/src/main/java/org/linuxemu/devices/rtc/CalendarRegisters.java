package org.linuxemu.devices.rtc;

/**
 * The time, calendar and alarm bytes of an MC146818 (Motorola datasheet ADI-856, "Time, calendar
 * and alarm locations") in the formats that register B selects. Works on the RTC's own memory.
 */
final class CalendarRegisters {
    static final int CENTURY = 0x32;

    private static final int SECONDS = 0;
    private static final int MINUTES = 2;
    private static final int HOURS = 4;
    private static final int DAY_OF_WEEK = 6;
    private static final int DAY_OF_MONTH = 7;
    private static final int MONTH = 8;
    private static final int YEAR = 9;
    private static final int REGISTER_B = 0x0B;
    private static final int BINARY = 0x04;
    private static final int HOURS_24 = 0x02;
    private static final int PM = 0x80;
    private static final int SECONDS_PER_DAY = 86_400;

    private final byte[] ram;

    CalendarRegisters(byte[] ram) {
        this.ram = ram;
    }

    /** Stores the time that is {@code epochSeconds} after 1970-01-01T00:00:00 UTC. */
    void setTime(long epochSeconds) {
        long day = Math.floorDiv(epochSeconds, (long) SECONDS_PER_DAY);
        int second = (int) Math.floorMod(epochSeconds, (long) SECONDS_PER_DAY);
        put(SECONDS, second % 60);
        put(MINUTES, second / 60 % 60);
        putHour(second / 3600);
        // 1970-01-01 was a Thursday; Sunday is 1.
        put(DAY_OF_WEEK, (int) Math.floorMod(day + 4, 7L) + 1);
        // Days since 0000-03-01, in eras of 400 years; years begin in March.
        long days = day + 719_468;
        long era = Math.floorDiv(days, 146_097L);
        int dayOfEra = (int) (days - era * 146_097);
        int yearOfEra =
                (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        long year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
        put(DAY_OF_MONTH, dayOfYear - (153 * marchMonth + 2) / 5 + 1);
        put(MONTH, month);
        put(YEAR, (int) Math.floorMod(year, 100L));
        put(CENTURY, (int) Math.floorMod(Math.floorDiv(year, 100L), 100L));
    }

    /** The once-a-second increment; values out of range carry like the largest one. */
    void increment() {
        if (advance(SECONDS, 59, 0) && advance(MINUTES, 59, 0)) {
            int hour = hour();
            putHour(hour >= 23 ? 0 : hour + 1);
            if (hour >= 23) {
                advance(DAY_OF_WEEK, 7, 1);
                if (advance(DAY_OF_MONTH, daysInMonth(), 1)
                        && advance(MONTH, 12, 1)
                        && advance(YEAR, 99, 0)) {
                    advance(CENTURY, 99, 0);
                }
            }
        }
    }

    /** Whether the alarm bytes match the time; a byte with both top bits set matches always. */
    boolean alarmMatches() {
        return alarmMatches(SECONDS) && alarmMatches(MINUTES) && alarmMatches(HOURS);
    }

    private boolean alarmMatches(int index) {
        int alarm = ram[index + 1];
        return (alarm & 0xC0) == 0xC0 || alarm == ram[index];
    }

    /** Counts a register up; true if it went over its last value. */
    private boolean advance(int index, int last, int first) {
        int value = get(index);
        boolean carry = value >= last;
        put(index, carry ? first : value + 1);
        return carry;
    }

    /** The chip takes every year divisible by four for a leap year. */
    private int daysInMonth() {
        switch (get(MONTH)) {
            case 2:
                return get(YEAR) % 4 == 0 ? 29 : 28;
            case 4:
            case 6:
            case 9:
            case 11:
                return 30;
            default:
                return 31;
        }
    }

    /** The hour as 0 to 23. */
    private int hour() {
        if ((ram[REGISTER_B] & HOURS_24) != 0) {
            return get(HOURS);
        }
        int raw = ram[HOURS];
        return decode(raw & ~PM & 0xFF) % 12 + ((raw & PM) != 0 ? 12 : 0);
    }

    private void putHour(int hour) {
        if ((ram[REGISTER_B] & HOURS_24) != 0) {
            put(HOURS, hour);
        } else {
            put(HOURS, hour % 12 == 0 ? 12 : hour % 12);
            ram[HOURS] |= (byte) (hour >= 12 ? PM : 0);
        }
    }

    private int get(int index) {
        return decode(ram[index] & 0xFF);
    }

    private int decode(int raw) {
        return (ram[REGISTER_B] & BINARY) != 0 ? raw : (raw >> 4) * 10 + (raw & 15);
    }

    private void put(int index, int value) {
        boolean binary = (ram[REGISTER_B] & BINARY) != 0;
        ram[index] = (byte) (binary ? value : (value / 10) << 4 | (value % 10));
    }
}
