package org.linuxemu.core.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TlbTest {
    @Test
    void aWriteOfCr3DropsWhatIsNotGlobalAndNothingElse() {
        Random random = new Random(7);
        Tlb tlb = new Tlb();
        TreeMap<Integer, Long> pages = new TreeMap<>(); // by entry
        TreeMap<Integer, Boolean> global = new TreeMap<>();
        for (int round = 0; round < 300; round++) {
            for (int n = new int[] {0, 1, 40, 96, 97, 400}[round % 6]; n > 0; n--) {
                long page = (random.nextLong() >>> 20) << 12;
                boolean isGlobal = random.nextInt(3) == 0;
                tlb.put(page, null, 0, isGlobal, random.nextBoolean());
                int entry = (int) (page >>> 12) & Tlb.MASK;
                pages.put(entry, page);
                global.put(entry, isGlobal);
            }
            if (round % 50 == 49) {
                tlb.flushAll();
                pages.clear();
            }
            tlb.flushLocal();
            pages.keySet().removeIf(entry -> !global.get(entry));
            for (int i = 0; i < Tlb.SIZE; i++) {
                assertThat(tlb.pages[i]).isEqualTo(pages.getOrDefault(i, -1L));
                if (!pages.containsKey(i)) {
                    assertThat(tlb.tags[i]).isEqualTo(-1);
                }
            }
        }
    }
}
