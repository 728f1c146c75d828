package org.linuxemu.cli.it;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A stock gdb with somebody at its prompt. */
final class GdbProcess implements AutoCloseable {
    private static final String PROMPT = "(gdb) ";
    private static final String MARK = "@end of command@ ";

    private final GuestSession process;
    private int commands;

    private GdbProcess(GuestSession process) {
        this.process = process;
    }

    /** Skips the test aloud where there is no gdb. */
    static void assumeInstalled() {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/gdb")),
                "no gdb (package gdb): the emulator is not shown to it");
    }

    /** Runs a script of commands on a file with symbols to its end; returns what gdb printed. */
    static String batch(Path script, Path symbols) throws Exception {
        Process gdb =
                new ProcessBuilder(
                                "gdb", "-nx", "-batch", "-x", script.toString(), symbols.toString())
                        .redirectErrorStream(true)
                        .start();
        gdb.getOutputStream().close();
        String text = new String(gdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        gdb.waitFor();
        return text;
    }

    /** Starts gdb in a directory on a file with symbols. */
    static GdbProcess start(Path directory, Path symbols, String... settings) throws Exception {
        assumeInstalled();
        List<String> command = new ArrayList<>(List.of("gdb", "-nx", "-q"));
        command.addAll(List.of("-iex", "set auto-load safe-path " + symbols.getParent()));
        for (String setting : List.of("set pagination off", "set width 0", "set confirm off")) {
            command.addAll(List.of("-iex", setting));
        }
        for (String setting : settings) {
            command.addAll(List.of("-iex", setting));
        }
        command.add(symbols.toString());
        GdbProcess gdb =
                new GdbProcess(
                        GuestSession.startCommand(directory, true, command.toArray(new String[0])));
        gdb.run("echo");
        return gdb;
    }

    /** Types a command, several lines of one included; its answer is taken by {@link #answer}. */
    GdbProcess type(String command) throws Exception {
        commands++;
        process.type(command + "\necho \\n" + MARK + commands + "\\n");
        return this;
    }

    /** Waits for the end of the last command and returns what it printed. */
    String answer() throws InterruptedException {
        String mark = "\n" + MARK + commands + "\n";
        String text = process.expect(mark);
        return text.substring(0, text.length() - mark.length()).replace(PROMPT, "").strip();
    }

    /** Types a command and returns what it printed. */
    String run(String command) throws Exception {
        return type(command).answer();
    }

    /** Presses Ctrl-C. */
    void interrupt() throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    /** Ends gdb as a crash would. */
    @Override
    public void close() {
        process.close();
    }
}
