package org.linuxemu.cli.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.linuxemu.cli.fake.FakeMain;

/** The program with a fake machine as a process of its own, with pipes or on a pseudo terminal. */
final class EmuProcess implements AutoCloseable {
    private static final long SECONDS = 60;

    private final Process process;
    private final Collector output;
    private final Collector errors;

    private EmuProcess(ProcessBuilder builder) throws IOException {
        process = builder.start();
        output = new Collector(process.getInputStream());
        errors = new Collector(process.getErrorStream());
    }

    /** Everything that came, and waiting for more. */
    private static final class Collector extends Thread {
        private final InputStream stream;
        private final StringBuilder text = new StringBuilder();

        Collector(InputStream stream) {
            this.stream = stream;
            setDaemon(true);
            start();
        }

        @Override
        public void run() {
            byte[] buffer = new byte[8192];
            try {
                int n;
                while ((n = stream.read(buffer)) >= 0) {
                    synchronized (this) {
                        text.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
                        notifyAll();
                    }
                }
            } catch (IOException e) {
                synchronized (this) {
                    text.append("[").append(e).append("]");
                }
            }
        }

        synchronized String content() {
            return text.toString();
        }

        synchronized void await(String wanted) throws InterruptedException {
            for (int i = 0; i < SECONDS * 10 && text.indexOf(wanted) < 0; i++) {
                wait(100);
            }
            assertThat(text.toString()).contains(wanted);
        }
    }

    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(FakeMain.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    static EmuProcess start(String... arguments) throws IOException {
        return new EmuProcess(new ProcessBuilder(command(arguments)));
    }

    /**
     * Starts it on a pseudo terminal, between two prints of the terminal's settings. The shell has
     * a trap for SIGINT (which its children do not inherit), since some shells would otherwise die
     * of the Ctrl-C meant for the program.
     */
    static EmuProcess startOnTerminal(String... arguments) throws IOException {
        StringBuilder shell = new StringBuilder("trap : INT; stty -g; ");
        for (String word : command(arguments)) {
            shell.append('\'').append(word).append("' ");
        }
        shell.append("; echo status=$?; stty -g");
        ProcessBuilder script =
                new ProcessBuilder("script", "-qefc", shell.toString(), "/dev/null");
        script.environment().put("SHELL", "/bin/sh");
        return new EmuProcess(script);
    }

    void type(String text) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write(text.getBytes(StandardCharsets.ISO_8859_1));
        input.flush();
    }

    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    void awaitOutput(String wanted) throws InterruptedException {
        output.await(wanted);
    }

    void awaitErrors(String wanted) throws InterruptedException {
        errors.await(wanted);
    }

    void terminate() {
        process.destroy();
    }

    Process process() {
        return process;
    }

    int status() throws InterruptedException {
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
        output.join();
        errors.join();
        return process.exitValue();
    }

    String output() {
        return output.content();
    }

    String errors() {
        return errors.content();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
