package org.linuxemu.devices.boot.unpack;

/**
 * Compressed data that cannot be unpacked; the message is one line that reads on from "the kernel's
 * payload: ".
 */
public final class UnpackException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnpackException(String message) {
        super(message);
    }
}
