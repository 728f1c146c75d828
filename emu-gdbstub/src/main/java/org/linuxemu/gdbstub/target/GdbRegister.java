package org.linuxemu.gdbstub.target;

import org.linuxemu.core.debug.DebugRegister;

/**
 * A register as the debugger sees it.
 *
 * @param name name in the description
 * @param bytes size in packets
 * @param type type in the description
 * @param group group in the description, or null
 * @param source where the value comes from
 * @param register the machine's register, or null for made-up ones
 */
public record GdbRegister(
        String name, int bytes, String type, String group, Source source, DebugRegister register) {
    /** Where a value comes from. */
    public enum Source {
        /** {@link GdbRegister#register}. */
        MACHINE,
        /**
         * Linear address of the next instruction: RIP plus the base of CS outside of 64-bit mode.
         */
        LINEAR_PC,
        /**
         * Number of the system call at whose entry or return the guest stopped, else -1. Writes are
         * dropped.
         */
        ORIG_RAX,
        /** Page directory: CR3 without flags. Not writable. */
        PGD,
        /** Current privilege level. Not writable. */
        CPL
    }

    static GdbRegister of(String name, DebugRegister register, String type, String group) {
        return new GdbRegister(name, register.bytes(), type, group, Source.MACHINE, register);
    }

    static GdbRegister narrow(String name, DebugRegister register, int bytes, String type) {
        return new GdbRegister(name, bytes, type, null, Source.MACHINE, register);
    }

    static GdbRegister made(String name, Source source, int bytes, String type, String group) {
        return new GdbRegister(name, bytes, type, group, source, null);
    }
}
