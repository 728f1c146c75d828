package org.linuxemu.core.exec;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;

/**
 * What RDRAND and RDSEED deliver: SplitMix64 from a seed, so that equal runs draw equal numbers.
 */
public final class RandomSource implements Stateful {
    private long x;

    public RandomSource(long seed) {
        x = seed;
    }

    public long next() {
        x += 0x9E3779B97F4A7C15L;
        long z = x;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection("random", 1);
        writer.writeLong(x);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection("random", 1);
        x = reader.readLong();
        reader.endSection();
    }
}
