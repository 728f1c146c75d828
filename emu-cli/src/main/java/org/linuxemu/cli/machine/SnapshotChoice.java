package org.linuxemu.cli.machine;

import java.io.File;

/**
 * What the user wants of snapshots.
 *
 * @param load file to go on from, or null
 * @param save file to save the machine to, or null
 * @param when at which point, if there is a file to save to
 * @param cycle for {@link When#CYCLE}
 * @param pattern for {@link When#PATTERN}: bytes, one a character
 * @param fastBoot keep the booted machine and go on from it the next time
 * @param given which properties of the machine the user named, the others come from the snapshot
 */
public record SnapshotChoice(
        File load,
        File save,
        When when,
        long cycle,
        String pattern,
        boolean fastBoot,
        Given given) {
    /** Points to save at. */
    public enum When {
        /** The guest first waits for somebody to type. */
        PROMPT,
        /** A cycle of guest time. */
        CYCLE,
        /** The guest has sent a text from any serial port. */
        PATTERN,
        /** A command of the monitor or of gdb. */
        COMMAND
    }

    /** Properties of the machine that were named on the command line. */
    public record Given(boolean memory, boolean cpu, boolean acpi, boolean exitDevice) {
        /** None. */
        public static final Given NOTHING = new Given(false, false, false, false);
    }

    /** No snapshots. */
    public static final SnapshotChoice NONE =
            new SnapshotChoice(null, null, When.COMMAND, 0, null, false, Given.NOTHING);
}
