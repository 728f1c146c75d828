package org.linuxemu.devices.board.snapshot;

/**
 * What a snapshot says about itself.
 *
 * @param version of the emulator that made it
 * @param key of the boot that it stands for; empty if nobody asked for one
 * @param memory bytes of RAM
 * @param cpu processor model as on a command line
 * @param acpi whether the machine has ACPI
 * @param exitPort first port of isa-debug-exit, or -1
 * @param exitPorts number of its ports
 * @param cycle when it was made
 * @param openLines of each serial port what the guest had sent of a line that was not ended
 */
public record SnapshotInfo(
        String version,
        String key,
        long memory,
        String cpu,
        boolean acpi,
        int exitPort,
        int exitPorts,
        long cycle,
        byte[][] openLines) {}
