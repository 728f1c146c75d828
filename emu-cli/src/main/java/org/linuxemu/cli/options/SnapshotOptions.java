package org.linuxemu.cli.options;

import java.io.File;
import java.util.List;
import org.linuxemu.cli.machine.SnapshotChoice;

/** Reads the options about snapshots. */
final class SnapshotOptions {
    private final RawOptions raw;
    private final List<String> notes;
    private File save;
    private SnapshotChoice.When when = SnapshotChoice.When.PROMPT;
    private long cycle;
    private String pattern;

    private SnapshotOptions(RawOptions raw, List<String> notes) {
        this.raw = raw;
        this.notes = notes;
    }

    /**
     * What is wanted.
     *
     * @param clockFromHost whether the guest's clock starts with the host's, so that no start is
     *     like another
     */
    static SnapshotChoice read(RawOptions raw, boolean clockFromHost, List<String> notes)
            throws UsageException {
        if (!raw.has(Opt.SNAPSHOT_SAVE) && !raw.has(Opt.SNAPSHOT_LOAD) && !raw.has(Opt.FAST_BOOT)) {
            return SnapshotChoice.NONE;
        }
        return new SnapshotOptions(raw, notes).read(clockFromHost);
    }

    private SnapshotChoice read(boolean clockFromHost) throws UsageException {
        String load = raw.last(Opt.SNAPSHOT_LOAD);
        File loadFile = load == null ? null : ImageFiles.check("-snapshot-load", load);
        boolean fastBoot = raw.has(Opt.FAST_BOOT);
        if (fastBoot && load != null) {
            throw new UsageException("-fast-boot: there is no boot with -snapshot-load");
        }
        if (fastBoot && clockFromHost) {
            notes.add(
                    "warning: -fast-boot has no effect with -rtc base=utc or localtime: no start is"
                            + " like another");
            fastBoot = false;
        }
        if (raw.has(Opt.SNAPSHOT_SAVE)) {
            readSave(raw.last(Opt.SNAPSHOT_SAVE));
        }
        return new SnapshotChoice(
                loadFile,
                save,
                when,
                cycle,
                pattern,
                fastBoot,
                new SnapshotChoice.Given(
                        raw.has(Opt.MEMORY),
                        raw.has(Opt.CPU),
                        raw.has(Opt.NO_ACPI) || raw.has(Opt.MACHINE) || raw.has(Opt.MACHINE_SHORT),
                        raw.has(Opt.DEVICE)));
    }

    private void readSave(String text) throws UsageException {
        String option = Opt.SNAPSHOT_SAVE.dashed();
        List<KeyValue> items = KeyValue.list(option, text, "file");
        if (!items.get(0).key().equals("file")) {
            throw new UsageException(option + ": a file must come first");
        }
        save = new File(items.get(0).value());
        for (KeyValue item : items.subList(1, items.size())) {
            switch (item.key()) {
                case "at":
                    when = at(option, item.value());
                    break;
                case "cycle":
                    when = SnapshotChoice.When.CYCLE;
                    cycle = Numbers.parse(option + " cycle", item.value(), 0, Long.MAX_VALUE);
                    break;
                case "pattern":
                    when = SnapshotChoice.When.PATTERN;
                    pattern = pattern(option, item.value());
                    break;
                default:
                    throw new UsageException(
                            option
                                    + ": unknown property '"
                                    + item.word()
                                    + "'; there are at, cycle and pattern");
            }
        }
        File directory = save.getAbsoluteFile().getParentFile();
        if (save.isDirectory() || !directory.isDirectory()) {
            throw new UsageException(
                    option
                            + ": '"
                            + save
                            + (save.isDirectory()
                                    ? "' is a directory"
                                    : "': there is no directory '" + directory + "'"),
                    1);
        }
    }

    private static SnapshotChoice.When at(String option, String value) throws UsageException {
        if (value.equals("prompt")) {
            return SnapshotChoice.When.PROMPT;
        }
        if (value.equals("command")) {
            return SnapshotChoice.When.COMMAND;
        }
        throw new UsageException(option + ": at is prompt or command, not '" + value + "'");
    }

    /** The text as the bytes that a guest sends, one a character. */
    private static String pattern(String option, String value) throws UsageException {
        if (value.isEmpty()) {
            throw new UsageException(option + ": the pattern is empty");
        }
        byte[] bytes = value.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
