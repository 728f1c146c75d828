package org.linuxemu.cli.monitor;

import java.util.Locale;
import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.core.debug.RegisterAccess;

/**
 * Expressions over numbers and registers, such as {@code $rsp + 8 * 2}, with 64-bit wrap-around.
 */
final class AddressExpression {
    private static final int MAX_DEPTH = 50;

    private final String text;
    private final RegisterAccess registers;
    private int at;
    private int depth;

    private AddressExpression(String text, RegisterAccess registers) {
        this.text = text;
        this.registers = registers;
    }

    /**
     * Evaluates. Machine thread only, as it may read registers.
     *
     * @throws MonitorException when the text is no expression
     */
    static long evaluate(String text, RegisterAccess registers) throws MonitorException {
        AddressExpression expression = new AddressExpression(text, registers);
        long value = expression.sum();
        if (expression.peek() != 0) {
            throw new MonitorException("not understood: '" + text.substring(expression.at) + "'");
        }
        return value;
    }

    private long sum() throws MonitorException {
        long value = product();
        while (true) {
            if (take('+')) {
                value += product();
            } else if (take('-')) {
                value -= product();
            } else {
                return value;
            }
        }
    }

    private long product() throws MonitorException {
        long value = factor();
        while (true) {
            if (take('*')) {
                value *= factor();
            } else if (take('/')) {
                long divisor = factor();
                if (divisor == 0) {
                    throw new MonitorException("division by zero");
                }
                value = Long.divideUnsigned(value, divisor);
            } else if (take('&')) {
                value &= factor();
            } else {
                return value;
            }
        }
    }

    private long factor() throws MonitorException {
        if (++depth > MAX_DEPTH) {
            throw new MonitorException("too many parentheses or signs");
        }
        try {
            if (take('(')) {
                long value = sum();
                if (!take(')')) {
                    throw new MonitorException("')' is missing");
                }
                return value;
            }
            if (take('-')) {
                return -factor();
            }
            if (take('~')) {
                return ~factor();
            }
            return take('$') ? register(word()) : number(word());
        } finally {
            depth--;
        }
    }

    private String word() {
        peek();
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        return text.substring(start, at);
    }

    private long register(String name) throws MonitorException {
        String upper = name.toUpperCase(Locale.ROOT);
        switch (upper) {
            case "PC":
            case "EIP":
                return registers.read(DebugRegister.RIP);
            case "SP":
            case "ESP":
                return registers.read(DebugRegister.RSP);
            case "RFLAGS":
                return registers.read(DebugRegister.EFLAGS);
            default:
                break;
        }
        if (upper.length() == 3 && upper.charAt(0) == 'E') {
            upper = "R" + upper.substring(1);
        }
        for (DebugRegister register : DebugRegister.values()) {
            if (register.isScalar() && register.name().equals(upper)) {
                return registers.read(register);
            }
        }
        throw new MonitorException("there is no register '$" + name + "'");
    }

    private static long number(String word) throws MonitorException {
        try {
            if (word.startsWith("0x") || word.startsWith("0X")) {
                return Long.parseUnsignedLong(word, 2, word.length(), 16);
            }
            return Long.parseUnsignedLong(word);
        } catch (NumberFormatException e) {
            throw new MonitorException(
                    word.isEmpty()
                            ? "an address is missing"
                            : "'" + word + "' is not a number (0x for hexadecimal)");
        }
    }

    private boolean take(char wanted) {
        if (peek() == wanted) {
            at++;
            return true;
        }
        return false;
    }

    /** The next character that is no space, 0 at the end. */
    private char peek() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }
}
