package org.linuxemu.devices.boot;

/** A kernel or initrd that cannot be booted; the message is one line for the user. */
public final class BootImageException extends Exception {
    private static final long serialVersionUID = 1L;

    public BootImageException(String message) {
        super(oneLine(message));
    }

    /** File names may hold line breaks and other control characters; a message must not. */
    private static String oneLine(String message) {
        StringBuilder line = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            line.append(Character.isISOControl(c) ? '?' : c);
        }
        return line.toString();
    }
}
