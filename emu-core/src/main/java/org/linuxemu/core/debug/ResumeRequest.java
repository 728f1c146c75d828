package org.linuxemu.core.debug;

/**
 * How to go on.
 *
 * @param kind mode
 * @param cpu the processor that steps; ignored when continuing
 * @param othersRun whether processors other than the stepping one run meanwhile
 * @param rangeStart first linear address of a range step
 * @param rangeEnd first linear address behind the range
 */
public record ResumeRequest(Kind kind, int cpu, boolean othersRun, long rangeStart, long rangeEnd) {
    /** Modes. */
    public enum Kind {
        /** Run until something stops the guest. */
        CONTINUE,
        /** One instruction, one REP iteration, or the delivery of one exception. */
        STEP,
        /** Steps while the linear instruction address stays in the range, at least one. */
        RANGE_STEP,
        /** One instruction back. */
        REVERSE_STEP,
        /** Backwards until something stops the guest. */
        REVERSE_CONTINUE
    }

    /** Run on. */
    public static ResumeRequest proceed() {
        return new ResumeRequest(Kind.CONTINUE, 0, true, 0, 0);
    }

    /** One step of one processor. */
    public static ResumeRequest step(int cpu, boolean othersRun) {
        return new ResumeRequest(Kind.STEP, cpu, othersRun, 0, 0);
    }

    /** Steps of one processor inside {@code [start, end)}. */
    public static ResumeRequest range(int cpu, boolean othersRun, long start, long end) {
        return new ResumeRequest(Kind.RANGE_STEP, cpu, othersRun, start, end);
    }

    /** True when the address is inside the range. */
    public boolean inRange(long linear) {
        return Long.compareUnsigned(linear, rangeStart) >= 0
                && Long.compareUnsigned(linear, rangeEnd) < 0;
    }
}
