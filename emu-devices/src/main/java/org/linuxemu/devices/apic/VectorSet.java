package org.linuxemu.devices.apic;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;

/** A 256-bit register of a local APIC: one bit for each vector. */
final class VectorSet {
    private final int[] words = new int[8];

    void clear() {
        for (int i = 0; i < words.length; i++) {
            words[i] = 0;
        }
    }

    /** Bits {@code 32 * index} to {@code 32 * index + 31}. */
    int word(int index) {
        return words[index];
    }

    boolean contains(int vector) {
        return (words[vector >> 5] >>> (vector & 31) & 1) != 0;
    }

    void add(int vector) {
        words[vector >> 5] |= 1 << (vector & 31);
    }

    void remove(int vector) {
        words[vector >> 5] &= ~(1 << (vector & 31));
    }

    /** The highest vector in the set, -1 if it is empty. */
    int highest() {
        for (int i = words.length - 1; i >= 0; i--) {
            if (words[i] != 0) {
                return 32 * i + 31 - Integer.numberOfLeadingZeros(words[i]);
            }
        }
        return -1;
    }

    void save(StateWriter writer) {
        for (int word : words) {
            writer.writeInt(word);
        }
    }

    void load(StateReader reader) throws StateFormatException {
        for (int i = 0; i < words.length; i++) {
            words[i] = reader.readInt();
        }
    }
}
