package org.linuxemu.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({
        "kernel, kernel, 0",
        "kernal, kernel, 1",
        "kenrel, kernel, 1",
        "kerne, kernel, 1",
        "kkernel, kernel, 1",
        "'', abc, 3",
        "abc, '', 3",
    })
    void countsChanges(String from, String to, int changes) {
        assertThat(EditDistance.between(from, to)).isEqualTo(changes);
    }
}
