package org.linuxemu.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineParserTest {
    @Test
    void splitsATutorialsCommand() throws UsageException {
        RawOptions options =
                CommandLineParser.parse(
                        new String[] {
                            "-kernel",
                            "arch/x86/boot/bzImage",
                            "--initrd",
                            "initramfs.cpio.gz",
                            "-append",
                            "console=ttyS0 nokaslr",
                            "-nographic",
                            "-s",
                            "-S"
                        });
        assertThat(options.last(Opt.KERNEL)).isEqualTo("arch/x86/boot/bzImage");
        assertThat(options.last(Opt.INITRD)).isEqualTo("initramfs.cpio.gz");
        assertThat(options.last(Opt.APPEND)).isEqualTo("console=ttyS0 nokaslr");
        assertThat(options.has(Opt.NOGRAPHIC)).isTrue();
        assertThat(options.has(Opt.GDB_DEFAULT)).isTrue();
        assertThat(options.has(Opt.START_STOPPED)).isTrue();
        assertThat(options.has(Opt.MEMORY)).isFalse();
    }

    @Test
    void lastValueCountsExceptForRepeatableOptions() throws UsageException {
        RawOptions options =
                CommandLineParser.parse(
                        new String[] {
                            "-m", "1G", "-serial", "stdio", "-m", "2G", "-serial", "null"
                        });
        assertThat(options.last(Opt.MEMORY)).isEqualTo("2G");
        assertThat(options.all(Opt.SERIAL)).containsExactly("stdio", "null");
    }

    @Test
    void atFilesAndQuotesAreLiteral() throws UsageException {
        RawOptions options =
                CommandLineParser.parse(new String[] {"-append", "@file", "-name", "\"x\" ${y}"});
        assertThat(options.last(Opt.APPEND)).isEqualTo("@file");
        assertThat(options.last(Opt.NAME)).isEqualTo("\"x\" ${y}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-smq|unknown option '-smq'; did you mean -smp?",
                "-kernal x|unknown option '-kernal'; did you mean -kernel?",
                "--no-grafic|unknown option '--no-grafic'; did you mean -nographic?",
                "-sS|unknown option '-sS'; did you mean -s?",
                "-zzzzzzz|unknown option '-zzzzzzz' (-h lists",
                "-m128M|unknown option '-m128M'",
                "-kernel=x|write the value as a separate word, '-kernel x'",
                "@args|unexpected '@args'",
                "bzImage|unexpected 'bzImage'",
                "-kernel a b|unexpected 'b'",
                "-|unexpected '-'",
                "--|unexpected '--'",
                "-kernel|-kernel needs a value: -kernel FILE",
                "-kernel -initrd x|-kernel needs a value: -kernel FILE",
                "-append --nographic|-append needs a value",
            })
    void namesWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> CommandLineParser.parse(line.split(" ")))
                .isInstanceOfSatisfying(
                        UsageException.class, e -> assertThat(e.status()).isEqualTo(2))
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void emptyAndDashedWordsCanBeValues() throws UsageException {
        RawOptions options =
                CommandLineParser.parse(new String[] {"-append", "", "-name", "-x", "-seed", "-1"});
        assertThat(options.last(Opt.APPEND)).isEmpty();
        assertThat(options.last(Opt.NAME)).isEqualTo("-x");
        assertThat(options.last(Opt.SEED)).isEqualTo("-1");
    }

    /** The quick way and picocli agree wherever the quick way has an answer. */
    @Test
    void bothWaysAgree() {
        Random random = new Random(1);
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "",
                                "x",
                                "-1",
                                "-",
                                "--",
                                "@x",
                                "a b",
                                "128M",
                                "\"q\"",
                                "-kernel=x",
                                "-sS"));
        for (Opt option : Opt.values()) {
            words.add(option.dashed());
            words.add("--" + option.bareName());
        }
        int quick = 0;
        for (int i = 0; i < 3000; i++) {
            List<String> line = new ArrayList<>();
            int options = random.nextInt(4);
            for (int j = 0; j < options; j++) {
                Opt option = Opt.values()[random.nextInt(Opt.values().length)];
                line.add((random.nextBoolean() ? "-" : "--") + option.bareName());
                if (option.takesValue()) {
                    line.add(words.get(random.nextInt(words.size())));
                }
            }
            if (random.nextInt(4) == 0) {
                line.add(words.get(random.nextInt(words.size())));
            }
            String[] array = line.toArray(new String[0]);
            RawOptions scanned;
            try {
                scanned = CommandLineParser.scan(array);
            } catch (UsageException e) {
                assertThat(e).hasMessageContaining("needs a value");
                continue;
            }
            if (scanned != null) {
                quick++;
                RawOptions thorough =
                        assertDoesNotThrow(() -> PicocliModel.parse(array), line::toString);
                assertThat(thorough).as(line.toString()).isEqualTo(scanned);
            } else {
                assertThatThrownBy(() -> PicocliModel.parse(array))
                        .as(line.toString())
                        .isInstanceOf(UsageException.class);
            }
        }
        assertThat(quick).isBetween(1000, 2500);
    }
}
