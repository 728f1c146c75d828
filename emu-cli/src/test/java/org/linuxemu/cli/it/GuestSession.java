package org.linuxemu.cli.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The emulator as a user starts it, with somebody at its standard input and output. */
final class GuestSession implements AutoCloseable {
    /** How long anything may take; far more than it does, so that a slow host fails no test. */
    private static final long PATIENCE_SECONDS = Long.getLong("emu.patience", 600);

    private final Process process;
    private final OutputStream input;
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final List<Thread> readers = new ArrayList<>();
    private int seen;

    private GuestSession(Process process) {
        this.process = process;
        this.input = process.getOutputStream();
        readers.add(collect(process.getInputStream(), console));
        readers.add(collect(process.getErrorStream(), errors));
    }

    /** Starts {@code java -jar emu.jar} with these arguments. */
    static GuestSession start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-jar");
        command.add(Path.of("target", "emu.jar").toAbsolutePath().toString());
        command.addAll(List.of(arguments));
        return new GuestSession(new ProcessBuilder(command).start());
    }

    /** Starts any command. */
    static GuestSession startCommand(Path directory, String... command) throws IOException {
        return startCommand(directory, false, command);
    }

    /**
     * Starts any command.
     *
     * @param errorsInOrder standard error goes where standard output goes
     */
    static GuestSession startCommand(Path directory, boolean errorsInOrder, String... command)
            throws IOException {
        return new GuestSession(
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(errorsInOrder)
                        .start());
    }

    long pid() {
        return process.pid();
    }

    private static Thread collect(InputStream in, ByteArrayOutputStream to) {
        Thread thread =
                new Thread(
                        () -> {
                            byte[] buffer = new byte[8192];
                            try {
                                for (int n; (n = in.read(buffer)) > 0; ) {
                                    synchronized (to) {
                                        to.write(buffer, 0, n);
                                        to.notifyAll();
                                    }
                                }
                            } catch (IOException e) {
                                // The process has ended; what came before counts.
                            }
                        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Waits for a text behind what earlier calls have seen; returns all up to it. */
    String expect(String text) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (console) {
            while (true) {
                String all = console.toString(StandardCharsets.ISO_8859_1);
                int at = all.indexOf(text, seen);
                if (at >= 0) {
                    String passed = all.substring(seen, at + text.length());
                    seen = at + text.length();
                    return passed;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || !process.isAlive() && !readers.get(0).isAlive()) {
                    throw new AssertionError(
                            "no \""
                                    + text
                                    + "\" in\n"
                                    + all.substring(seen)
                                    + "\nstderr:\n"
                                    + errors());
                }
                console.wait(Math.min(1000, left / 1_000_000 + 1));
            }
        }
    }

    /** Types a line. */
    GuestSession type(String line) throws IOException {
        return send(line + "\n");
    }

    GuestSession send(String text) throws IOException {
        input.write(text.getBytes(StandardCharsets.ISO_8859_1));
        input.flush();
        return this;
    }

    /** Types a command at a busybox prompt and returns what it printed, the echo left out. */
    String run(String command) throws IOException, InterruptedException {
        if (command.length() > 70) {
            throw new IllegalArgumentException("the shell would wrap the echo of " + command);
        }
        type(command);
        expect(command);
        String output = expect("/ # ");
        return output.substring(0, output.length() - "/ # ".length()).replace("\r", "").strip();
    }

    /** Closes the guest's input. */
    void endOfInput() throws IOException {
        input.close();
    }

    /** Waits for the end and returns the exit status. */
    int exitStatus() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running; console:\n" + console());
        }
        for (Thread reader : readers) {
            reader.join();
        }
        return process.exitValue();
    }

    String console() {
        synchronized (console) {
            return console.toString(StandardCharsets.ISO_8859_1);
        }
    }

    String errors() {
        synchronized (errors) {
            return errors.toString(StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
