package org.linuxemu.devices.board;

import org.linuxemu.core.exec.CpuModel;

/**
 * What a PC is made of.
 *
 * @param memory bytes of RAM, a multiple of 4096
 * @param model processor model
 * @param rtcSeconds start of the CMOS clock, seconds since 1970-01-01T00:00:00
 * @param seed seed of RDRAND and RDSEED
 * @param exitPort first port of isa-debug-exit, or -1 for none
 * @param exitPorts number of its ports
 * @param paced idle time passes as on the host's clock
 * @param acpi ACPI tables and fixed hardware; whether there are APICs is said by the processor
 *     model
 */
public record PcConfig(
        long memory,
        CpuModel model,
        long rtcSeconds,
        long seed,
        int exitPort,
        int exitPorts,
        boolean paced,
        boolean acpi) {
    /** A PC with ACPI. */
    public PcConfig(
            long memory,
            CpuModel model,
            long rtcSeconds,
            long seed,
            int exitPort,
            int exitPorts,
            boolean paced) {
        this(memory, model, rtcSeconds, seed, exitPort, exitPorts, paced, true);
    }
}
