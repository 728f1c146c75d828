package org.linuxemu.devices.boot.unpack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * What the compressed fixtures contain. Its parts make a compressor use most of its format: words
 * over and over, long runs, noise that cannot be compressed, records that differ in few bytes, and
 * a repetition from far away.
 */
final class SampleData {
    static final int SIZE = 200_000;

    private SampleData() {}

    static byte[] bytes() {
        Random random = new Random(42);
        byte[] data = new byte[SIZE];
        byte[][] words = new byte[300][];
        for (int i = 0; i < words.length; i++) {
            words[i] = new byte[2 + random.nextInt(12)];
            for (int k = 0; k < words[i].length; k++) {
                words[i][k] = (byte) ('a' + low(random, 26));
            }
        }
        int at = 0;
        while (at < 60_000) { // text
            byte[] word = words[low(random, words.length)];
            System.arraycopy(word, 0, data, at, word.length);
            at += word.length;
            data[at++] = ' ';
        }
        at = 100_000; // 40,000 zeros before
        for (; at < 103_000; at++) { // noise
            data[at] = (byte) random.nextInt();
        }
        for (int record = 0; at < 150_000; record++) { // a table
            data[at] = (byte) record;
            data[at + 1] = (byte) (record >>> 8);
            data[at + 3] = (byte) random.nextInt(4);
            data[at + 7] = (byte) 0x80;
            at += 8;
        }
        System.arraycopy(data, 500, data, at, 30_000); // from far away
        at += 30_000;
        for (; at < 198_000; at++) {
            data[at] = (byte) (at % 3); // runs with a period of three
        }
        return data;
    }

    /** A number below a bound, the lower the likelier. */
    private static int low(Random random, int bound) {
        return Math.min(
                random.nextInt(bound), Math.min(random.nextInt(bound), random.nextInt(bound)));
    }

    /** Writes the sample to a file, for the commands that make the fixtures. */
    public static void main(String[] args) throws IOException {
        Files.write(Path.of(args[0]), bytes());
    }
}
