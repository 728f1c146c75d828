package org.linuxemu.devices.boot;

/**
 * A header that cannot be used; the message reads on from "the kernel ". Turned into a
 * BootImageException.
 */
final class ImageFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    ImageFormatException(String message) {
        super(message);
    }
}
