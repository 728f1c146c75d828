package org.linuxemu.cli.options;

import java.io.File;

/** Finds out early, and says in the user's words, that an image cannot be read. */
final class ImageFiles {
    private ImageFiles() {}

    /** The file, which exists, is no directory, can be read and is not empty. */
    static File check(String option, String path) throws UsageException {
        if (path.isEmpty()) {
            throw new UsageException(option + ": the file name is empty");
        }
        File file = new File(path);
        String trouble = trouble(file);
        if (trouble != null) {
            throw new UsageException(option + ": '" + path + "' " + trouble, 1);
        }
        return file;
    }

    /** Checks one file, or a list of multiboot modules. */
    static void checkInitrd(String value) throws UsageException {
        if (new File(value).exists() || value.indexOf(',') < 0 && value.indexOf(' ') < 0) {
            check("-initrd", value);
            return;
        }
        for (String module : KeyValue.split(value)) {
            int space = module.indexOf(' ');
            check("-initrd", space < 0 ? module : module.substring(0, space));
        }
    }

    private static String trouble(File file) {
        if (!file.exists()) {
            return "does not exist";
        }
        if (file.isDirectory()) {
            return "is a directory";
        }
        if (!file.canRead()) {
            return "cannot be read: permission denied";
        }
        return file.isFile() && file.length() == 0 ? "is empty" : null;
    }
}
