package org.linuxemu.devices.board.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.linuxemu.core.memory.MemoryImage;
import org.linuxemu.devices.board.MachineState;

/** Snapshots as files: what is read is what was written, and damage is noticed and named. */
class SnapshotFileTest {
    private static final int PAGES = 1024;

    @TempDir Path directory;
    private Path file;
    private MachineState state;

    /** Some two hundred pages, of which some are hard to pack. */
    @BeforeEach
    void write() throws IOException {
        Random random = new Random(1);
        byte[][] pages = new byte[PAGES][];
        for (int i = 0; i < PAGES; i += 1 + random.nextInt(10)) {
            pages[i] = new byte[4096];
            if (i % 3 == 0) {
                random.nextBytes(pages[i]);
            } else {
                Arrays.fill(pages[i], (byte) (i | 1));
            }
        }
        byte[] parts = new byte[100_000];
        random.nextBytes(parts);
        state = new MachineState(parts, new MemoryImage(PAGES * 4096L, pages));
        file = directory.resolve("machine.snapshot");
        SnapshotWriter.write(file.toFile(), info(), state, true);
    }

    private static SnapshotInfo info() {
        byte[][] lines = {"/ # ".getBytes(StandardCharsets.ISO_8859_1), new byte[0]};
        return new SnapshotInfo(
                "1.2.3", "a key", PAGES * 4096L, "max,-avx", true, 0x501, 2, 12345, lines);
    }

    private MachineState read() throws SnapshotException {
        return SnapshotReader.open(file.toFile()).load();
    }

    @Test
    void whatIsReadIsWhatWasWritten() throws Exception {
        SnapshotReader reader = SnapshotReader.open(file.toFile());
        SnapshotInfo info = reader.info();
        assertThat(info.version()).isEqualTo("1.2.3");
        assertThat(info.key()).isEqualTo("a key");
        assertThat(info.memory()).isEqualTo(PAGES * 4096L);
        assertThat(info.cpu()).isEqualTo("max,-avx");
        assertThat(info.acpi()).isTrue();
        assertThat(info.exitPort()).isEqualTo(0x501);
        assertThat(info.exitPorts()).isEqualTo(2);
        assertThat(info.cycle()).isEqualTo(12345);
        assertThat(new String(info.openLines()[0], StandardCharsets.ISO_8859_1)).isEqualTo("/ # ");
        MachineState loaded = reader.load();
        assertThat(loaded.digest()).isEqualTo(state.digest());
        assertThat(loaded.parts()).isEqualTo(state.parts());
    }

    @Test
    void unpackedItIsTheSameMachine() throws Exception {
        long packed = Files.size(file);
        SnapshotWriter.write(file.toFile(), info(), state, false);
        assertThat(Files.size(file)).isGreaterThan(packed);
        assertThat(read().digest()).isEqualTo(state.digest());
        byte[] bytes = Files.readAllBytes(file);
        Random random = new Random(6);
        for (int i = 0; i < 100; i++) {
            byte[] bad = bytes.clone();
            bad[random.nextInt(bad.length)] ^= 1;
            Files.write(file, bad);
            assertThatThrownBy(this::read).isInstanceOf(SnapshotException.class);
        }
    }

    @Test
    void pagesOfZerosTakeNoRoom() throws IOException {
        Path empty = directory.resolve("empty");
        MachineState none =
                new MachineState(new byte[0], new MemoryImage(PAGES * 4096L, new byte[PAGES][]));
        SnapshotWriter.write(empty.toFile(), info(), none, true);
        assertThat(Files.size(empty)).isLessThan(300);
    }

    @Test
    void nothingElseIsLeftInTheDirectory() throws IOException {
        SnapshotWriter.write(file.toFile(), info(), state, true);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void anyFlippedBitIsNoticed() throws Exception {
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(2);
        for (int i = 0; i < 600; i++) {
            byte[] bad = good.clone();
            // Every other one in the header and the index.
            int at = random.nextInt(i % 2 == 0 ? 1200 : good.length);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bad);
            assertThat(catchThrowable(this::read))
                    .as("byte " + at)
                    .isInstanceOf(SnapshotException.class)
                    .message()
                    .matches("(?s)(is|has|cannot) .*");
        }
    }

    @Test
    void anyTruncationIsNoticed() throws Exception {
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            int length = random.nextInt(i % 2 == 0 ? 1200 : good.length);
            Files.write(file, Arrays.copyOf(good, length));
            assertThatThrownBy(this::read)
                    .as("length " + length)
                    .isInstanceOf(SnapshotException.class);
        }
        Files.write(file, Arrays.copyOf(good, good.length + 1));
        assertThatThrownBy(this::read).hasMessage("is too long");
    }

    @Test
    void anotherVersionAndOtherFilesAreNamed() throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        bytes[11] = 2;
        Files.write(file, bytes);
        assertThatThrownBy(this::read)
                .hasMessage("has format 2, made by another version; this one reads format 1");
        Files.writeString(file, "ELF or whatever, but no snapshot");
        assertThatThrownBy(this::read).hasMessage("is no snapshot of this emulator");
        Files.writeString(file, "");
        assertThatThrownBy(this::read).hasMessage("is no snapshot of this emulator");
        Files.delete(file);
        assertThatThrownBy(this::read).hasMessage("there is no such file");
    }

    @Test
    void aFileThatIsDamagedAfterItWasOpenedIsNoticed() throws Exception {
        SnapshotReader reader = SnapshotReader.open(file.toFile());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 10] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(reader::load).hasMessageContaining("is damaged (checksum of part ");
    }
}
