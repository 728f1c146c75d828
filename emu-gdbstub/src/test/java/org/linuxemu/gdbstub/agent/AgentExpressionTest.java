package org.linuxemu.gdbstub.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentExpressionTest {
    private final StringBuilder printed = new StringBuilder();
    private final byte[] memory =
            "hello, world\0\1\2\3\4\5\6\7\u00ff".getBytes(StandardCharsets.ISO_8859_1);

    /** Register n holds 0x100 + n; register 9 is wide. */
    private final AgentMachine machine =
            new AgentMachine() {
                @Override
                public int registerCount() {
                    return 10;
                }

                @Override
                public int registerBytes(int number) {
                    return number == 9 ? 16 : 8;
                }

                @Override
                public long register(int number) {
                    return 0x100 + number;
                }

                @Override
                public boolean memory(long address, byte[] destination, int length) {
                    if (address < 0 || address + length > memory.length) {
                        return false;
                    }
                    System.arraycopy(memory, (int) address, destination, 0, length);
                    return true;
                }

                @Override
                public void print(String text) {
                    printed.append(text);
                }
            };

    private long evaluate(String digits) {
        String plain = digits.replace(" ", "");
        byte[] code = new byte[plain.length() / 2];
        for (int i = 0; i < code.length; i++) {
            code[i] = (byte) Integer.parseInt(plain.substring(2 * i, 2 * i + 2), 16);
        }
        return new AgentExpression(code).evaluate(machine);
    }

    @ParameterizedTest
    @CsvSource({
        "22 05 22 07 02 27, 12",
        "22 05 22 07 03 27, -2",
        "22 05 22 07 04 27, 35",
        "22 00 22 07 03 22 02 05 27, -3",
        "22 07 22 02 06 27, 3",
        "22 00 22 07 03 22 02 07 27, -1",
        "22 07 22 04 08 27, 3",
        "22 01 22 3f 09 27, -9223372036854775808",
        "22 01 22 40 09 27, 0",
        "22 00 22 10 03 22 04 0a 27, -1",
        "22 00 22 10 03 22 3c 0b 27, 15",
        "22 00 0e 27, 1",
        "22 05 0e 27, 0",
        "22 06 22 03 0f 27, 2",
        "22 06 22 03 10 27, 7",
        "22 06 22 03 11 27, 5",
        "22 00 12 27, -1",
        "22 05 22 05 13 27, 1",
        "22 00 12 22 05 14 27, 1",
        "22 00 12 22 05 15 27, 0",
        "22 ff 16 08 27, -1",
        "24 00 00 12 34 2a 08 27, 52",
        "22 0d 17 27, 1",
        "22 0d 18 27, 513",
        "22 0d 19 27, 67305985",
        "22 0d 1a 27, -70080650589044223",
        "23 12 34 27, 4660",
        "24 ff ff ff ff 27, 4294967295",
        "25 ff ff ff ff ff ff ff fe 27, -2",
        "26 00 03 27, 259",
        "22 05 28 02 27, 10",
        "22 05 22 06 29 27, 5",
        "22 05 22 06 2b 03 27, 1",
        "22 01 22 02 32 01 27, 1",
        "22 01 22 02 22 03 33 27, 2",
        "22 01 20 00 08 22 07 27 22 09 27, 9",
        "22 00 20 00 08 22 07 27 22 09 27, 7",
        "21 00 05 22 07 22 09 27, 9",
    })
    void operations(String code, long result) {
        assertThat(evaluate(code)).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource({
        "02 27",
        "22 01 22 00 05 27",
        "22",
        "26 00 0a 27",
        "26 00 09 27",
        "22 7f 1a 27",
        "21 ff ff",
        "99",
        "21 00 00"
    })
    void badProgramsAreErrors(String code) {
        assertThatExceptionOfType(AgentException.class).isThrownBy(() -> evaluate(code));
    }

    @Test
    void randomProgramsEndAsValuesOrErrors() {
        Random random = new Random(11);
        int values = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] code = new byte[1 + random.nextInt(40)];
            for (int j = 0; j < code.length; j++) {
                code[j] = (byte) random.nextInt(0x36);
            }
            code[code.length - 1] = 0x27;
            try {
                new AgentExpression(code).evaluate(machine);
                values++;
            } catch (AgentException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        assertThat(values).isPositive();
    }

    private String print(String format, int... arguments) {
        printed.setLength(0);
        StringBuilder code = new StringBuilder();
        for (int i = arguments.length - 1; i >= 0; i--) {
            code.append(String.format("24%08x16%02x", arguments[i], 32));
        }
        code.append("22002200");
        byte[] text = (format + "\0").getBytes(StandardCharsets.UTF_8);
        code.append(String.format("34%02x%04x", arguments.length, text.length));
        for (byte b : text) {
            code.append(String.format("%02x", b));
        }
        evaluate(code + "27");
        return printed.toString();
    }

    @Test
    void printf() {
        assertThat(print("%d %u %x %#lx %c %%\\n", -1, -1, 0xbeef, 16, 'A'))
                .isEqualTo("-1 4294967295 beef 0x10 A %\n");
        assertThat(print("[%5d|%-5d|%05d|%s|%.3s]", 42, 42, -42, 0, 0))
                .isEqualTo("[   42|42   |-0042|(null)|(null)]");
        assertThat(print("%s %.4s", 7, 2)).isEqualTo("world llo,");
        assertThat(print("%s", 0x7fff)).isEqualTo("(unreadable)");
        assertThat(print("a\\tb\\\\\\101")).isEqualTo("a\tb\\A");
        assertThat(print("%d %d", 1)).isEqualTo("1 0");
        assertThat(print("%ld %hhd %p", -1, 0x1ff, 0x10)).isEqualTo("-1 -1 0x10");
    }
}
