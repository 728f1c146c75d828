package org.linuxemu.core.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BreakpointTableTest {
    private final BreakpointTable table = new BreakpointTable();

    @Test
    void insertingTwiceIsInsertingOnce() {
        assertThat(table.insert(0x401745)).isTrue();
        assertThat(table.insert(0x401745)).isFalse();
        assertThat(table.remove(0x401745)).isTrue();
        assertThat(table.contains(0x401745)).isFalse();
        assertThat(table.mayBeInPage(0x401000)).isFalse();
        assertThat(table.remove(0x401745)).isFalse();
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void aPageHasBreakpointsUntilItsLastOneIsRemoved() {
        table.insert(0xffffffff81000010L);
        table.insert(0xffffffff81000ffeL);
        assertThat(table.mayBeIn(0xffffffff81000000L, 17)).isTrue();
        assertThat(table.mayBeIn(0xffffffff81000040L, 0xf80)).isFalse();
        table.remove(0xffffffff81000010L);
        assertThat(table.mayBeInPage(0xffffffff81000123L)).isTrue();
        assertThat(table.mayBeInPage(0xffffffff81001000L)).isFalse();
        assertThat(table.mayBeIn(0xffffffff81000f00L, 0x100)).isTrue();
        table.remove(0xffffffff81000ffeL);
        assertThat(table.mayBeInPage(0xffffffff81000123L)).isFalse();
        assertThat(table.mayBeIn(0xffffffff81000000L, 0x1000)).isFalse();
    }

    @Test
    void aThousandBreakpointsBehaveAsASetDoes() {
        Random random = new Random(7);
        TreeSet<Long> model = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            // Few distinct values with equal low bits, so that probe sequences overlap.
            long address = ((long) random.nextInt(1500) << 32) | 0x10;
            if (random.nextBoolean()) {
                assertThat(table.insert(address)).isEqualTo(model.add(address));
            } else {
                assertThat(table.remove(address)).isEqualTo(model.remove(address));
            }
            assertThat(table.contains(address)).isEqualTo(model.contains(address));
            assertThat(table.mayBeIn(address - 3, 4)).isEqualTo(!model.isEmpty());
        }
        assertThat(table.breakpoints()).containsExactly(model.stream().mapToLong(x -> x).toArray());
    }

    @Test
    void changesAreAnnouncedWithTheirAddress() {
        List<String> changes = new ArrayList<>();
        table.addListener(
                new BreakpointTable.Listener() {
                    @Override
                    public void breakpointChanged(long linear) {
                        changes.add("b" + Long.toHexString(linear));
                    }

                    @Override
                    public void watchpointChanged(long linear, int length) {
                        changes.add("w" + Long.toHexString(linear) + "+" + length);
                    }
                });
        int before = table.generation();
        table.insert(0x1000);
        table.insert(0x1000);
        table.insert(new Watchpoint(0x2000, 8, WatchKind.WRITE));
        assertThat(table.generation()).isEqualTo(before + 2);
        table.clear();
        assertThat(changes).containsExactly("b1000", "w2000+8", "b1000", "w2000+8");
        assertThat(table.isEmpty()).isTrue();
        assertThat(table.hasWatchpoints()).isFalse();
    }

    @Test
    void aWatchpointCoversAllItsBytesInItsDirection() {
        table.insert(new Watchpoint(0x1ff0, 4096, WatchKind.WRITE));
        assertThat(table.watches(0x1fe9, 8, true)).isTrue();
        assertThat(table.watches(0x1fe8, 8, true)).isFalse();
        assertThat(table.watches(0x2fef, 1, true)).isTrue();
        assertThat(table.watches(0x2ff0, 1, true)).isFalse();
        assertThat(table.watches(0x2000, 1, false)).isFalse();
        table.insert(new Watchpoint(0x2000, 1, WatchKind.READ));
        assertThat(table.watches(0x2000, 1, false)).isTrue();
        table.remove(new Watchpoint(0x1ff0, 4096, WatchKind.WRITE));
        assertThat(table.watches(0x2000, 1, true)).isFalse();
        assertThat(table.watches(0x2000, 1, false)).isTrue();
    }

    @Test
    void anUnalignedAccessReportsTheFirstWatchedByte() {
        table.insert(new Watchpoint(0x1004, 4, WatchKind.WRITE));
        table.access(0x1001, 8, false);
        table.access(0x0ffc, 8, true);
        assertThat(table.hitPending()).isFalse();
        table.access(0x1001, 8, true);
        table.access(0x1004, 4, true);
        StopReason stop = table.takeHit(0);
        assertThat(stop.kind()).isEqualTo(StopReason.Kind.WATCHPOINT);
        assertThat(stop.address()).isEqualTo(0x1004);
        assertThat(stop.watchKind()).isEqualTo(WatchKind.WRITE);
        assertThat(table.takeHit(0)).isNull();
    }

    @Test
    void theLastBytesOfTheAddressSpaceCanBeWatched() {
        table.insert(new Watchpoint(-8, 8, WatchKind.ACCESS));
        table.access(-1, 1, false);
        assertThat(table.takeHit(0).address()).isEqualTo(-1);
        table.access(0, 8, true);
        assertThat(table.hitPending()).isFalse();
        assertThatThrownBy(() -> table.insert(new Watchpoint(-8, 9, WatchKind.WRITE)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFaultingInstructionLeavesNoHit() {
        table.insert(new Watchpoint(0x1000, 1, WatchKind.READ));
        table.access(0x1000, 1, false);
        table.discardHit();
        assertThat(table.takeHit(0)).isNull();
    }
}
