package org.linuxemu.core.bus;

import java.util.Arrays;

/**
 * The 64 Ki I/O ports (SDM vol. 1, 19.3). Reads of ports that no device claims return all ones,
 * writes to them are dropped.
 */
public final class IoPortBus {
    /** Number of ports. */
    public static final int PORT_COUNT = 0x10000;

    private static final int MAX_WINDOWS = 255;

    /** For each port the number of its window plus one, 0 where there is none. */
    private final byte[] windowOfPort = new byte[PORT_COUNT];

    private PortDevice[] devices = new PortDevice[32];
    private int[] firstPorts = new int[32];
    private int[] endPorts = new int[32];
    private int windowCount;
    private IoPortListener listener;

    /**
     * Gives the ports {@code firstPort .. firstPort + count - 1} to a device.
     *
     * @throws IllegalArgumentException if the window is empty, leaves the port space or overlaps
     *     another one; nothing is registered then
     */
    public void register(int firstPort, int count, PortDevice device) {
        if (device == null) {
            throw new IllegalArgumentException("no device");
        }
        if (firstPort < 0 || count < 1 || firstPort > PORT_COUNT - count) {
            throw new IllegalArgumentException(
                    "port window outside the port space: " + describe(firstPort, count));
        }
        for (int port = firstPort; port < firstPort + count; port++) {
            int taken = windowOfPort[port] & 0xFF;
            if (taken != 0) {
                throw new IllegalArgumentException(
                        "port window "
                                + describe(firstPort, count)
                                + " overlaps "
                                + describe(
                                        firstPorts[taken - 1],
                                        endPorts[taken - 1] - firstPorts[taken - 1]));
            }
        }
        if (windowCount == MAX_WINDOWS) {
            throw new IllegalArgumentException("too many port windows");
        }
        if (windowCount == devices.length) {
            devices = Arrays.copyOf(devices, windowCount * 2);
            firstPorts = Arrays.copyOf(firstPorts, windowCount * 2);
            endPorts = Arrays.copyOf(endPorts, windowCount * 2);
        }
        devices[windowCount] = device;
        firstPorts[windowCount] = firstPort;
        endPorts[windowCount] = firstPort + count;
        windowCount++;
        Arrays.fill(windowOfPort, firstPort, firstPort + count, (byte) windowCount);
    }

    /** Sets the one listener, or none with null. */
    public void setListener(IoPortListener listener) {
        this.listener = listener;
    }

    /** Whether a device is registered at the port. */
    public boolean isClaimed(int port) {
        return windowOfPort[port & 0xFFFF] != 0;
    }

    /**
     * An IN of {@code size} (1, 2, 4) bytes at {@code port} (0 to 0xFFFF).
     *
     * @return the value, zero-extended for sizes 1 and 2
     */
    public int in(int port, int size) {
        int value;
        int window = windowOfPort[port] & 0xFF;
        if (size == 1) {
            value =
                    window == 0
                            ? 0xFF
                            : devices[window - 1].read(port - firstPorts[window - 1], 1) & 0xFF;
        } else {
            value = readWide(port, size, window - 1);
        }
        if (listener != null) {
            listener.portAccessed(false, port, size, value, window != 0);
        }
        return value;
    }

    /** An OUT of the low {@code size} (1, 2, 4) bytes of {@code value} at {@code port}. */
    public void out(int port, int size, int value) {
        int window = windowOfPort[port] & 0xFF;
        if (size == 1) {
            if (window != 0) {
                devices[window - 1].write(port - firstPorts[window - 1], 1, value & 0xFF);
            }
        } else {
            writeWide(port, size, window - 1, value);
        }
        if (listener != null) {
            listener.portAccessed(true, port, size, value & maskOf(size), window != 0);
        }
    }

    private int readWide(int port, int size, int window) {
        if (window >= 0 && port + size <= endPorts[window]) {
            int offset = port - firstPorts[window];
            if (devices[window].claimsWide(offset, size)) {
                return devices[window].read(offset, size) & maskOf(size);
            }
        }
        int value = 0;
        for (int i = 0; i < size; i++) {
            value |= readByte(port + i) << (8 * i);
        }
        return value;
    }

    private void writeWide(int port, int size, int window, int value) {
        if (window >= 0 && port + size <= endPorts[window]) {
            int offset = port - firstPorts[window];
            if (devices[window].claimsWide(offset, size)) {
                devices[window].write(offset, size, value & maskOf(size));
                return;
            }
        }
        for (int i = 0; i < size; i++) {
            writeByte(port + i, (value >>> (8 * i)) & 0xFF);
        }
    }

    /** A byte of a split access; ports past the end of the port space are unclaimed. */
    private int readByte(int port) {
        if (port >= PORT_COUNT) {
            return 0xFF;
        }
        int window = (windowOfPort[port] & 0xFF) - 1;
        return window < 0 ? 0xFF : devices[window].read(port - firstPorts[window], 1) & 0xFF;
    }

    private void writeByte(int port, int value) {
        if (port >= PORT_COUNT) {
            return;
        }
        int window = (windowOfPort[port] & 0xFF) - 1;
        if (window >= 0) {
            devices[window].write(port - firstPorts[window], 1, value);
        }
    }

    private static int maskOf(int size) {
        return size == 4 ? -1 : (1 << (8 * size)) - 1;
    }

    private static String describe(int firstPort, int count) {
        return Integer.toHexString(firstPort) + "h+" + count;
    }
}
