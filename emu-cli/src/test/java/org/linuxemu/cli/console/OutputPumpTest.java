package org.linuxemu.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OutputPumpTest {
    private static final long LONG = 60_000;

    /** Counts calls. */
    private static final class Sink extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int calls;

        @Override
        public synchronized void write(int value) {
            throw new AssertionError("single bytes are system calls");
        }

        @Override
        public synchronized void write(byte[] data, int offset, int length) {
            calls++;
            bytes.write(data, offset, length);
        }

        synchronized byte[] content() {
            return bytes.toByteArray();
        }
    }

    @Test
    void passesEveryByteInOrderAndUnchanged() {
        Sink sink = new Sink();
        OutputPump pump = new OutputPump("test", sink, e -> {});
        for (int i = 0; i < 256; i++) {
            pump.write(i);
        }
        pump.close(LONG);
        byte[] content = sink.content();
        assertThat(content).hasSize(256);
        for (int i = 0; i < 256; i++) {
            assertThat(content[i]).isEqualTo((byte) i);
        }
    }

    @Test
    void aFloodTakesFewCalls() {
        Sink sink = new Sink();
        OutputPump pump = new OutputPump("test", sink, e -> {});
        int bytes = 1 << 20;
        for (int i = 0; i < bytes; i++) {
            pump.write(i * 7);
        }
        pump.close(LONG);
        byte[] content = sink.content();
        assertThat(content).hasSize(bytes);
        for (int i = 0; i < bytes; i += 997) {
            assertThat(content[i]).isEqualTo((byte) (i * 7));
        }
        assertThat(sink.calls).isLessThan(bytes / 64);
    }

    @Test
    void aSingleByteArrivesWithoutFlush() throws InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        OutputStream sink =
                new OutputStream() {
                    @Override
                    public void write(int value) {
                        arrived.countDown();
                    }
                };
        new OutputPump("test", sink, e -> {}).write('x');
        assertThat(arrived.await(LONG, TimeUnit.MILLISECONDS)).isTrue();
    }

    @Test
    void aSlowReaderHoldsTheWriterUpAndLosesNothing() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Sink sink = new Sink();
        OutputStream slow =
                new OutputStream() {
                    @Override
                    public void write(int value) {
                        throw new AssertionError();
                    }

                    @Override
                    public void write(byte[] data, int offset, int length) throws IOException {
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        sink.write(data, offset, length);
                    }
                };
        OutputPump pump = new OutputPump("test", slow, e -> {});
        AtomicInteger written = new AtomicInteger();
        int bytes = 4 * OutputPump.CAPACITY;
        Thread writer =
                new Thread(
                        () -> {
                            for (int i = 0; i < bytes; i++) {
                                pump.write(i);
                                written.incrementAndGet();
                            }
                        });
        writer.start();
        while (writer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(written.get()).isBetween(OutputPump.CAPACITY, 2 * OutputPump.CAPACITY);
        go.countDown();
        writer.join();
        pump.close(LONG);
        assertThat(sink.content()).hasSize(bytes);
    }

    @Test
    void aFailureIsToldOnceAndTheRestIsDropped() throws InterruptedException {
        AtomicReference<IOException> reason = new AtomicReference<>();
        CountDownLatch told = new CountDownLatch(1);
        OutputStream broken =
                new OutputStream() {
                    @Override
                    public void write(int value) throws IOException {
                        throw new IOException("no space left on device");
                    }
                };
        OutputPump pump =
                new OutputPump(
                        "test",
                        broken,
                        e -> {
                            reason.set(e);
                            told.countDown();
                        });
        pump.write('x');
        assertThat(told.await(LONG, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(reason.get()).hasMessage("no space left on device");
        for (int i = 0; i < 3 * OutputPump.CAPACITY; i++) {
            pump.write(i);
        }
        pump.close(LONG);
    }

    @Test
    void textIsUtf8() {
        Sink sink = new Sink();
        OutputPump pump = new OutputPump("test", sink, e -> {});
        pump.print("grün\n");
        pump.close(LONG);
        assertThat(new String(sink.content(), StandardCharsets.UTF_8)).isEqualTo("grün\n");
    }
}
