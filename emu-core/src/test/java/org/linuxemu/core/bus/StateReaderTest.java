package org.linuxemu.core.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class StateReaderTest {
    private static byte[] sample() {
        StateWriter writer = new StateWriter();
        writer.beginSection("machine", 3);
        writer.writeInt(-7);
        writer.beginSection("inner", 1);
        writer.writeLong(Long.MIN_VALUE + 5);
        writer.writeBoolean(true);
        writer.endSection();
        writer.writeBytes(new byte[] {1, 2, 3});
        writer.writeString("Gerät");
        writer.endSection();
        return writer.toByteArray();
    }

    private static void readSample(StateReader reader) throws StateFormatException {
        assertThat(reader.beginSection("machine", 3)).isEqualTo(3);
        assertThat(reader.readInt()).isEqualTo(-7);
        assertThat(reader.beginSection("inner", 1)).isEqualTo(1);
        assertThat(reader.readLong()).isEqualTo(Long.MIN_VALUE + 5);
        assertThat(reader.readBoolean()).isTrue();
        assertThat(reader.atEnd()).isTrue();
        reader.endSection();
        byte[] bytes = new byte[3];
        reader.readBytesInto(bytes);
        assertThat(bytes).containsExactly(1, 2, 3);
        assertThat(reader.readString()).isEqualTo("Gerät");
        reader.endSection();
        assertThat(reader.atEnd()).isTrue();
    }

    @Test
    void whatWasWrittenIsReadBack() throws StateFormatException {
        readSample(new StateReader(sample()));
    }

    @Test
    void stateLargerThanTheFirstBuffer() throws StateFormatException {
        byte[] large = new byte[100_000];
        Arrays.fill(large, (byte) 0x5A);
        StateWriter writer = new StateWriter();
        writer.writeBytes(large);
        writer.writeBytes(large);
        StateReader reader = new StateReader(writer.toByteArray());
        assertThat(reader.readBytes(100_000)).isEqualTo(large);
        assertThat(reader.readBytes(100_000)).isEqualTo(large);
    }

    @Test
    void errorsNameTheSection() throws StateFormatException {
        StateReader reader = new StateReader(sample());
        assertThatThrownBy(() -> reader.beginSection("pic", 1))
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("pic")
                .hasMessageContaining("machine");
        StateReader newer = new StateReader(sample());
        assertThatThrownBy(() -> newer.beginSection("machine", 2))
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("version 3");
        StateReader leaving = new StateReader(sample());
        leaving.beginSection("machine", 3);
        assertThatThrownBy(leaving::endSection)
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("machine");
        StateReader ranged = new StateReader(sample());
        ranged.beginSection("machine", 3);
        assertThatThrownBy(() -> ranged.readInt(0, 255))
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("-7");
    }

    @Test
    void everySingleBitFlipIsNoticed() {
        byte[] good = sample();
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertThatThrownBy(() -> new StateReader(bad))
                    .as("bit %d", bit)
                    .isInstanceOf(StateFormatException.class);
        }
    }

    @Test
    void everyTruncationIsNoticed() {
        byte[] good = sample();
        for (int length = 0; length < good.length; length++) {
            byte[] bad = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> new StateReader(bad))
                    .as("length %d", length)
                    .isInstanceOf(StateFormatException.class);
        }
    }

    /** Damage that a correct checksum hides still ends in the checked exception or in values. */
    @Test
    void damageUnderAValidChecksumOnlyThrowsTheCheckedException() {
        Random random = new Random(1);
        byte[] good = sample();
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = good.clone();
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                bad[8 + random.nextInt(bad.length - 12)] = (byte) random.nextInt(256);
            }
            CRC32 crc = new CRC32();
            crc.update(bad, 0, bad.length - 4);
            for (int i = 0; i < 4; i++) {
                bad[bad.length - 4 + i] = (byte) (crc.getValue() >>> (24 - 8 * i));
            }
            try {
                StateReader reader = new StateReader(bad);
                reader.beginSection("machine", 3);
                reader.readInt();
                reader.beginSection("inner", 1);
                reader.readLong();
                reader.readBoolean();
                reader.endSection();
                reader.readBytes(1000);
                reader.readString();
                reader.endSection();
            } catch (StateFormatException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(5_000);
    }
}
