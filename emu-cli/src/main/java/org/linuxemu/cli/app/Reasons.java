package org.linuxemu.cli.app;

import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;

/** The host's reasons in the user's words. */
final class Reasons {
    private Reasons() {}

    /** Why an operation failed, without the name of the file or address. */
    static String of(IOException e) {
        String message = e.getMessage();
        if (e instanceof UnknownHostException) {
            return "unknown host";
        }
        if (e instanceof BindException && message != null && message.contains("in use")) {
            return "the address is in use by another program";
        }
        if (e instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        if (message == null) {
            return e.getClass().getSimpleName();
        }
        // FileNotFoundException: "NAME (REASON)"
        int open = message.lastIndexOf('(');
        return open >= 0 && message.endsWith(")")
                ? message.substring(open + 1, message.length() - 1)
                : message;
    }
}
