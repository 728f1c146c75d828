package org.linuxemu.gdbstub.agent;

import java.nio.charset.StandardCharsets;

/** The printf of agent expressions: C's integer, character, pointer and string conversions. */
final class AgentPrintf {
    private static final int MAX_STRING = 256;
    private static final int MAX_WIDTH = 256;

    private final StringBuilder out = new StringBuilder();
    private final String format;
    private final long[] arguments;
    private final AgentMachine machine;
    private int at;
    private int used;

    private AgentPrintf(String format, long[] arguments, AgentMachine machine) {
        this.format = format;
        this.arguments = arguments;
        this.machine = machine;
    }

    static String format(
            byte[] code, int start, int length, long[] arguments, AgentMachine machine) {
        String format = new String(code, start, length, StandardCharsets.UTF_8);
        int end = format.indexOf(0);
        return new AgentPrintf(end < 0 ? format : format.substring(0, end), arguments, machine)
                .run();
    }

    private String run() {
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c == '\\') {
                escape();
            } else if (c != '%') {
                out.append(c);
            } else if (at < format.length() && format.charAt(at) == '%') {
                at++;
                out.append('%');
            } else {
                conversion();
            }
        }
        return out.toString();
    }

    /** gdb sends the format as it was typed. */
    private void escape() {
        if (at == format.length()) {
            out.append('\\');
            return;
        }
        char c = format.charAt(at++);
        switch (c) {
            case 'n' -> out.append('\n');
            case 't' -> out.append('\t');
            case 'r' -> out.append('\r');
            case 'a' -> out.append('\007');
            case 'b' -> out.append('\b');
            case 'e' -> out.append('\033');
            case 'f' -> out.append('\f');
            case 'v' -> out.append('\013');
            default -> {
                if (c >= '0' && c <= '7') {
                    octal(c - '0');
                } else {
                    out.append(c);
                }
            }
        }
    }

    private void octal(int first) {
        int value = first;
        for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; i++) {
            value = value * 8 + format.charAt(at++) - '0';
        }
        out.append((char) (value & 0xff));
    }

    private void conversion() {
        boolean left = false;
        boolean zero = false;
        boolean sharp = false;
        boolean plus = false;
        for (; at < format.length(); at++) {
            char c = format.charAt(at);
            if (c == '-') {
                left = true;
            } else if (c == '0') {
                zero = true;
            } else if (c == '#') {
                sharp = true;
            } else if (c == '+') {
                plus = true;
            } else if (c != ' ' && c != '\'') {
                break;
            }
        }
        int width = number();
        int precision = -1;
        if (peek() == '.') {
            at++;
            precision = number();
        }
        int bits = 32;
        for (; at < format.length(); at++) {
            char c = format.charAt(at);
            if (c == 'l' || c == 'z' || c == 'j' || c == 't' || c == 'q' || c == 'L') {
                bits = 64;
            } else if (c == 'h') {
                bits = bits == 16 ? 8 : 16;
            } else {
                break;
            }
        }
        char kind = peek();
        at++;
        long value = used < arguments.length ? arguments[used] : 0;
        used++;
        String text = text(kind, value, bits, precision, sharp, plus);
        pad(text, width, left, zero && !left && kind != 's' && kind != 'c');
    }

    private String text(
            char kind, long value, int bits, int precision, boolean sharp, boolean plus) {
        int shift = 64 - bits;
        long signed = value << shift >> shift;
        long unsigned = value << shift >>> shift;
        return switch (kind) {
            case 'd', 'i' -> (plus && signed >= 0 ? "+" : "") + signed;
            case 'u' -> Long.toUnsignedString(unsigned);
            case 'x' -> (sharp && unsigned != 0 ? "0x" : "") + Long.toHexString(unsigned);
            case 'X' -> (sharp && unsigned != 0 ? "0X" : "") + upper(Long.toHexString(unsigned));
            case 'o' -> (sharp ? "0" : "") + Long.toOctalString(unsigned);
            case 'c' -> String.valueOf((char) (value & 0xff));
            case 'p' -> "0x" + Long.toHexString(value);
            case 's' -> string(value, precision);
            default -> "%" + kind;
        };
    }

    private static String upper(String text) {
        return text.toUpperCase(java.util.Locale.ROOT);
    }

    private String string(long address, int precision) {
        if (address == 0) {
            return "(null)";
        }
        int limit = precision < 0 ? MAX_STRING : Math.min(precision, MAX_STRING);
        byte[] one = new byte[1];
        byte[] bytes = new byte[limit];
        int length = 0;
        while (length < limit) {
            if (!machine.memory(address + length, one, 1)) {
                if (length == 0) {
                    return "(unreadable)";
                }
                break;
            }
            if (one[0] == 0) {
                break;
            }
            bytes[length++] = one[0];
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void pad(String text, int width, boolean left, boolean zero) {
        int missing = Math.min(width, MAX_WIDTH) - text.length();
        String body = text;
        if (left) {
            out.append(body);
        } else if (zero && body.startsWith("-")) {
            out.append('-');
            body = body.substring(1);
        }
        for (int i = 0; i < missing; i++) {
            out.append(zero ? '0' : ' ');
        }
        if (!left) {
            out.append(body);
        }
    }

    private int number() {
        int value = 0;
        while (at < format.length() && Character.digit(format.charAt(at), 10) >= 0) {
            value = Math.min(value * 10 + Character.digit(format.charAt(at), 10), MAX_WIDTH);
            at++;
        }
        return value;
    }

    private char peek() {
        return at < format.length() ? format.charAt(at) : 0;
    }
}
