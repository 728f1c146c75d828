package org.linuxemu.cli.machine;

/**
 * An isa-debug-exit device.
 *
 * @param ioBase first I/O port, 0 to FFFFh
 * @param ioSize number of ports: 1, 2 or 4
 */
public record ExitDevice(int ioBase, int ioSize) {}
