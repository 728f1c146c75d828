package org.linuxemu.core.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IoPortBusTest {
    private final IoPortBus bus = new IoPortBus();
    private final List<String> accesses = new ArrayList<>();

    private final class Recorder implements PortDevice {
        private final String name;
        private final int base;
        private final boolean wide;

        Recorder(String name, int base, boolean wide) {
            this.name = name;
            this.base = base;
            this.wide = wide;
        }

        @Override
        public int read(int offset, int size) {
            accesses.add(name + " r" + size + "@" + offset);
            // Dirty upper bits: the bus has to drop them.
            return size == 1 ? 0xABCD_EF00 | (base + offset) : 0x8765_4321;
        }

        @Override
        public void write(int offset, int size, int value) {
            accesses.add(name + " w" + size + "@" + offset + "=" + Integer.toHexString(value));
        }

        @Override
        public boolean claimsWide(int offset, int size) {
            return wide;
        }
    }

    @Test
    void unclaimedPortsReadAllOnesAndIgnoreWrites() {
        assertThat(bus.in(0x1234, 1)).isEqualTo(0xFF);
        assertThat(bus.in(0x1234, 2)).isEqualTo(0xFFFF);
        assertThat(bus.in(0x1234, 4)).isEqualTo(-1);
        bus.out(0x1234, 4, 5);
        assertThat(bus.isClaimed(0x1234)).isFalse();
    }

    @Test
    void deviceSeesOffsetsInItsWindow() {
        bus.register(0x3F8, 8, new Recorder("uart", 0x10, false));
        assertThat(bus.in(0x3FD, 1)).isEqualTo(0x15);
        bus.out(0x3F8, 1, 0xFFFF_FF41);
        assertThat(accesses).containsExactly("uart r1@5", "uart w1@0=41");
    }

    @Test
    void wideAccessToByteRegistersIsSplitLowByteFirstAcrossWindows() {
        bus.register(0x70, 2, new Recorder("a", 0x10, false));
        bus.register(0x72, 1, new Recorder("b", 0x20, false));
        assertThat(bus.in(0x70, 4)).isEqualTo(0xFF20_1110);
        bus.out(0x71, 2, 0xBBAA);
        assertThat(accesses)
                .containsExactly("a r1@0", "a r1@1", "b r1@0", "a w1@1=aa", "b w1@0=bb");
    }

    @Test
    void deviceMayClaimWideAccessesWithinItsWindow() {
        bus.register(0xCF8, 4, new Recorder("pci", 0, true));
        assertThat(bus.in(0xCF8, 4)).isEqualTo(0x8765_4321);
        assertThat(bus.in(0xCF8, 2)).isEqualTo(0x4321);
        bus.out(0xCF8, 2, 0x1_2345);
        // Runs out of the window, so it is not asked.
        bus.out(0xCFA, 4, 0x0403_0201);
        assertThat(accesses)
                .containsExactly(
                        "pci r4@0", "pci r2@0", "pci w2@0=2345", "pci w1@2=1", "pci w1@3=2");
    }

    @Test
    void accessPastTheLastPortReadsOnes() {
        bus.register(0xFFFF, 1, new Recorder("last", 0x42, false));
        assertThat(bus.in(0xFFFF, 2)).isEqualTo(0xFF42);
        bus.out(0xFFFF, 4, 0x0403_0201);
        assertThat(accesses).containsExactly("last r1@0", "last w1@0=1");
    }

    @Test
    void overlappingOrImpossibleWindowsAreRejectedWhole() {
        bus.register(0x60, 1, new Recorder("kbd", 0x60, false));
        assertThatThrownBy(() -> bus.register(0x5E, 4, new Recorder("x", 0, false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5eh+4")
                .hasMessageContaining("60h+1");
        assertThat(bus.isClaimed(0x5E)).isFalse();
        assertThatThrownBy(() -> bus.register(0xFFFF, 2, new Recorder("x", 0, false)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bus.register(0x100, 0, new Recorder("x", 0, false)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bus.register(-1, 1, new Recorder("x", 0, false)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void listenerHearsEachAccessOnceWithItsResult() {
        bus.register(0x60, 2, new Recorder("kbd", 0x60, false));
        bus.setListener(
                (write, port, size, value, claimed) ->
                        accesses.add(
                                (write ? "out " : "in ")
                                        + Integer.toHexString(port)
                                        + "/"
                                        + size
                                        + " "
                                        + Integer.toHexString(value)
                                        + (claimed ? "" : " unclaimed")));
        bus.in(0x60, 2);
        bus.out(0x99, 1, 0x1FF);
        assertThat(accesses)
                .containsExactly("kbd r1@0", "kbd r1@1", "in 60/2 6160", "out 99/1 ff unclaimed");
    }

    @Test
    void manyWindowsCanBeRegistered() {
        for (int i = 0; i < 200; i++) {
            bus.register(i * 4, 2, new Recorder("d" + i, i, false));
        }
        assertThat(bus.in(199 * 4 + 1, 1)).isEqualTo(200);
        assertThat(bus.in(199 * 4 + 2, 1)).isEqualTo(0xFF);
    }
}
