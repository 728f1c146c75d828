package org.linuxemu.devices.boot.unpack;

/** Takes unpacked bytes in order. */
public interface UnpackSink {
    /**
     * The next bytes of the output, valid only during the call.
     *
     * @throws UnpackException to stop: the bytes are not what was expected
     */
    void accept(byte[] buffer, int offset, int length) throws UnpackException;
}
