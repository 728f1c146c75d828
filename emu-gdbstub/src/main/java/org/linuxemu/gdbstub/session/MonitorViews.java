package org.linuxemu.gdbstub.session;

import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.debug.RegisterAccess;

/** Registers and memory as text. */
final class MonitorViews {
    private static final long PGD_MASK = 0x000f_ffff_ffff_f000L;
    private static final int MAX_ITEMS = 1 << 20;

    private final SessionState state;

    MonitorViews(SessionState state) {
        this.state = state;
    }

    private RegisterAccess access() {
        return state.target.registers(state.generalCpu);
    }

    long pgd() {
        return access().read(DebugRegister.CR3) & PGD_MASK;
    }

    void registers(DebugOutput out) {
        RegisterAccess registers = access();
        row(
                out,
                registers,
                DebugRegister.RAX,
                DebugRegister.RBX,
                DebugRegister.RCX,
                DebugRegister.RDX);
        row(
                out,
                registers,
                DebugRegister.RSI,
                DebugRegister.RDI,
                DebugRegister.RBP,
                DebugRegister.RSP);
        row(
                out,
                registers,
                DebugRegister.R8,
                DebugRegister.R9,
                DebugRegister.R10,
                DebugRegister.R11);
        row(
                out,
                registers,
                DebugRegister.R12,
                DebugRegister.R13,
                DebugRegister.R14,
                DebugRegister.R15);
        row(out, registers, DebugRegister.RIP, DebugRegister.EFLAGS);
        row(out, registers, DebugRegister.CS, DebugRegister.SS, DebugRegister.DS);
        row(out, registers, DebugRegister.ES, DebugRegister.FS, DebugRegister.GS);
        row(out, registers, DebugRegister.FS_BASE, DebugRegister.GS_BASE, DebugRegister.K_GS_BASE);
        row(
                out,
                registers,
                DebugRegister.CR0,
                DebugRegister.CR2,
                DebugRegister.CR3,
                DebugRegister.CR4);
        row(out, registers, DebugRegister.CR8, DebugRegister.EFER);
        out.println(
                "CPL="
                        + registers.cpl()
                        + " code="
                        + registers.codeBits()
                        + "-bit"
                        + (registers.halted() ? " halted" : ""));
    }

    private static void row(DebugOutput out, RegisterAccess registers, DebugRegister... names) {
        StringBuilder line = new StringBuilder();
        for (DebugRegister name : names) {
            int digits = name.bytes() * 2;
            line.append(name.name()).append('=');
            String value = Long.toHexString(registers.read(name));
            line.append("0".repeat(Math.max(0, digits - value.length()))).append(value).append(' ');
        }
        out.println(line.toString().trim());
    }

    void physicalAddress(long linear, DebugOutput out) {
        long physical = state.memory().translate(linear);
        out.println(physical == -1 ? "unmapped" : "gpa: " + hex(physical));
    }

    /** {@code x /NFU ADDR}. */
    void memory(String[] words, boolean physical, DebugOutput out) {
        int at = 1;
        int count = 1;
        int unit = 4;
        char format = 'x';
        if (at < words.length && words[at].startsWith("/")) {
            String spec = words[at++];
            int i = 1;
            int digits = 0;
            while (i < spec.length() && Character.digit(spec.charAt(i), 10) >= 0) {
                digits = Math.min(digits * 10 + Character.digit(spec.charAt(i++), 10), MAX_ITEMS);
            }
            count = i > 1 ? digits : 1;
            for (; i < spec.length(); i++) {
                switch (spec.charAt(i)) {
                    case 'b' -> unit = 1;
                    case 'h' -> unit = 2;
                    case 'w' -> unit = 4;
                    case 'g' -> unit = 8;
                    case 'x', 'd', 'u', 'c' -> format = spec.charAt(i);
                    default ->
                            throw new IllegalArgumentException("format " + spec + " is not known");
                }
            }
        }
        if (at >= words.length) {
            throw new IllegalArgumentException("which address?");
        }
        dump(number(words[at]), count, unit, format, physical, out);
    }

    private void dump(
            long start, int count, int unit, char format, boolean physical, DebugOutput out) {
        MemoryAccess memory = state.memory();
        byte[] bytes = new byte[8];
        int perLine = 16 / unit;
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < count && !out.cancelled(); i++) {
            long address = start + (long) i * unit;
            if (i % perLine == 0) {
                line.append(hex(address)).append(':');
            }
            int read =
                    physical
                            ? memory.readPhysical(address, bytes, 0, unit)
                            : memory.read(address, bytes, 0, unit);
            if (read < unit) {
                out.println(line + " cannot access memory");
                return;
            }
            line.append(' ').append(item(bytes, unit, format));
            if (i % perLine == perLine - 1 || i == count - 1) {
                out.println(line.toString());
                line.setLength(0);
            }
        }
    }

    private static String item(byte[] bytes, int unit, char format) {
        long value = 0;
        for (int i = unit - 1; i >= 0; i--) {
            value = value << 8 | bytes[i] & 0xff;
        }
        int shift = 64 - unit * 8;
        return switch (format) {
            case 'd' -> Long.toString(value << shift >> shift);
            case 'u' -> Long.toUnsignedString(value);
            case 'c' -> "'" + (value >= ' ' && value < 127 ? (char) value : '.') + "'";
            default -> {
                String digits = Long.toHexString(value);
                yield "0x" + "0".repeat(unit * 2 - digits.length()) + digits;
            }
        };
    }

    /** A number as people write it: 0x..., decimal, or $register, each possibly with +number. */
    long number(String text) {
        int plus = text.indexOf('+', 1);
        if (plus > 0) {
            return number(text.substring(0, plus)) + number(text.substring(plus + 1));
        }
        try {
            if (text.startsWith("$")) {
                return register(text.substring(1));
            }
            if (text.startsWith("0x") || text.startsWith("0X")) {
                return Long.parseUnsignedLong(text.substring(2), 16);
            }
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number: " + text, e);
        }
    }

    private long register(String name) {
        for (int i = 0; i < state.description.size(); i++) {
            if (state.description.register(i).name().equals(name)
                    && state.description.register(i).bytes() <= 8) {
                return state.registers(state.generalCpu).scalar(i, state.origRax(state.generalCpu));
            }
        }
        throw new IllegalArgumentException("no register " + name);
    }

    static String hex(long value) {
        String digits = Long.toHexString(value);
        return "0x" + "0".repeat(16 - digits.length()) + digits;
    }
}
