package org.linuxemu.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamsTest {
    @ParameterizedTest
    @CsvSource({
        "/dev/pts/0, TERMINAL",
        "/dev/tty1, TERMINAL",
        "/dev/console, TERMINAL",
        "/dev/null, NOTHING",
        "/dev/zero, STREAM",
        "/dev/urandom, STREAM",
        "/dev/shm/file, STREAM",
        "pipe:[123], STREAM",
        "socket:[123], STREAM",
        "/home/me/input, STREAM",
    })
    void standardStreamsByName(String name, StandardStream kind) {
        assertThat(StandardStream.ofLinuxName(name)).isEqualTo(kind);
    }

    @Test
    void lineEndsForARawTerminal() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CrlfStream stream = new CrlfStream(bytes)) {
            stream.write("a\nb\r\nc\n".getBytes(StandardCharsets.US_ASCII));
            stream.write('d');
            stream.write('\r');
            stream.write('\n');
            stream.write("\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(bytes).hasToString("a\r\nb\r\nc\r\nd\r\n\r\n");
    }
}
