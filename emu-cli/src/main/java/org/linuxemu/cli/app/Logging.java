package org.linuxemu.cli.app;

import java.io.FileOutputStream;
import java.io.IOException;
import org.linuxemu.cli.options.UsageException;

/**
 * Prepares the log. Nothing of logback is loaded before something is logged; {@link LogbackSetup}
 * then finds the settings in system properties, because logback makes it by itself.
 */
final class Logging {
    /** Property with the items of -d. */
    static final String ITEMS = "emu.log.items";

    /** Property with the file of -D. */
    static final String FILE = "emu.log.file";

    private Logging() {}

    /** Notes the settings; either may be null. */
    static void configure(String items, String file) throws UsageException {
        if (items != null) {
            System.setProperty(ITEMS, items);
        }
        if (file != null) {
            try (FileOutputStream empty = new FileOutputStream(file)) {
                empty.flush();
            } catch (IOException e) {
                throw new UsageException(
                        "-D: cannot write '" + file + "': " + Reasons.of(e), ExitStatus.FAILURE);
            }
            System.setProperty(FILE, file);
        }
    }
}
