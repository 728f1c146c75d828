package org.linuxemu.gdbstub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linuxemu.gdbstub.target.TargetDescription;

class GdbServerOptionsTest {
    @ParameterizedTest
    @CsvSource(
            value = {
                "tcp::1234 | | 1234",
                "tcp:0.0.0.0:99 | 0.0.0.0 | 99",
                "tcp:[::1]:4000 | ::1 | 4000",
                "tcp:localhost:0,server,nowait | localhost | 0",
                "tcp::1,server=on,wait=off,nodelay=on | | 1"
            },
            delimiter = '|')
    void tcp(String text, String host, int port) {
        GdbServerOptions options = GdbServerOptions.parse(text);
        assertThat(options.host()).isEqualTo(host);
        assertThat(options.port()).isEqualTo(port);
        assertThat(options.socketPath()).isNull();
        assertThat(options.stopOnClose()).isFalse();
    }

    @Test
    void unixSocketAndOwnOptions() {
        GdbServerOptions options =
                GdbServerOptions.parse("unix:/tmp/gdb.sock,onclose=stop,arch=i8086");
        assertThat(options.socketPath()).isEqualTo(Path.of("/tmp/gdb.sock"));
        assertThat(options.stopOnClose()).isTrue();
        assertThat(options.arch()).isEqualTo(TargetDescription.Arch.I8086);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "tcp::70000 | port",
                "tcp::x | port",
                "tcp: | port",
                "tcp | neither",
                "udp::1 | neither",
                "unix: | path",
                "tcp:::1:4000 | brackets",
                "tcp::1,onclose=maybe | onclose=maybe"
            },
            delimiter = '|')
    void mistakesAreNamed(String text, String word) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GdbServerOptions.parse(text))
                .withMessageContaining(text)
                .withMessageContaining(word);
    }
}
