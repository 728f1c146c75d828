package org.linuxemu.cli.console;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jline.utils.Signals;

/**
 * A terminal on Linux, macOS and the BSDs, switched by stty. JLine would do it too, but its native
 * way (3.30) loses the line speed on the way back, and its stty way takes three times as long (40
 * ms against 130 ms); {@code stty -g} gives back exactly what was.
 */
final class SttyTerminal implements HostTerminal {
    private static final String SAVE_AND_SWITCH = "stty -g && stty raw -echo -iexten";

    private final InputStream input = new FileInputStream(FileDescriptor.in);
    private String saved;
    private String mode;

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public synchronized void enterRawMode(boolean signals) throws IOException {
        mode = signals ? SAVE_AND_SWITCH + " isig" : SAVE_AND_SWITCH;
        String answer = run(mode);
        if (answer.isEmpty()) {
            throw new IOException("stty failed");
        }
        saved = answer;
        Signals.register("CONT", this::resumed);
    }

    @Override
    public synchronized void restore() {
        if (saved == null) {
            return;
        }
        try {
            run("stty " + saved);
        } catch (IOException e) {
            // The terminal is gone; there is nothing to put back.
            return;
        } finally {
            saved = null;
        }
    }

    @Override
    public int[] size() {
        try {
            String[] words = run("stty size").split(" ", -1);
            if (words.length == 2) {
                int[] size = {Integer.parseInt(words[1]), Integer.parseInt(words[0])};
                return size[0] > 0 && size[1] > 0 ? size : null;
            }
        } catch (IOException | NumberFormatException e) {
            return null;
        }
        return null;
    }

    @Override
    public void onResize(Runnable action) {
        Signals.register("WINCH", action);
    }

    /** After a stop the shell has put its own mode back. */
    private synchronized void resumed() {
        if (saved != null) {
            try {
                run(mode);
            } catch (IOException e) {
                saved = null;
            }
        }
    }

    private static String run(String command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
        builder.redirectInput(ProcessBuilder.Redirect.INHERIT);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        String answer =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                        .trim();
        try {
            return process.waitFor() == 0 ? answer : "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
