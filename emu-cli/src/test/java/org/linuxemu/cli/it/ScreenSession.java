package org.linuxemu.cli.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.linuxemu.cli.display.TerminalScreen;

/** The emulator on a pseudo terminal of 80 by 25, made by script(1), seen as a user sees it. */
final class ScreenSession implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 100;

    private final GuestSession session;

    private ScreenSession(GuestSession session) {
        this.session = session;
    }

    static ScreenSession start(String... arguments) throws IOException {
        StringBuilder shell = new StringBuilder("trap : INT; stty cols 80 rows 25; stty -g; ");
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.add("-jar");
        words.add(Path.of("target", "emu.jar").toAbsolutePath().toString());
        words.addAll(List.of(arguments));
        for (String word : words) {
            shell.append('\'').append(word).append("' ");
        }
        shell.append("; echo status=$?; stty -g");
        return new ScreenSession(
                GuestSession.startCommand(
                        Path.of("").toAbsolutePath(),
                        "env",
                        "TERM=xterm-256color",
                        "LC_ALL=C.UTF-8",
                        "SHELL=/bin/sh",
                        "script",
                        "-qefc",
                        shell.toString(),
                        "/dev/null"));
    }

    /** What is on the terminal now. */
    String screen() {
        TerminalScreen terminal = new TerminalScreen(80, 25);
        byte[] bytes = session.console().getBytes(StandardCharsets.ISO_8859_1);
        terminal.accept(new String(bytes, StandardCharsets.UTF_8));
        return terminal.text();
    }

    /** Waits until a text is on the screen; returns the screen. */
    String await(String text) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            String screen = screen();
            if (screen.contains(text)) {
                return screen;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no \"" + text + "\" on\n" + screen);
            }
            Thread.sleep(200);
        }
    }

    void type(String bytes) throws IOException {
        session.send(
                new String(bytes.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    int exitStatus() throws InterruptedException {
        return session.exitStatus();
    }

    /** All that was sent to the terminal. */
    String output() {
        return session.console();
    }

    @Override
    public void close() {
        session.close();
    }
}
