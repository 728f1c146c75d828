package org.linuxemu.core.decode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs objdump (AT&amp;T syntax, Intel's reading of 64-bit mode) and hands on its lines. */
final class Objdump {
    private Objdump() {}

    static boolean isInstalled() throws InterruptedException {
        boolean here = System.getProperty("os.arch", "").equals("amd64");
        try {
            return here
                    && new ProcessBuilder("objdump", "--version")
                                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                    .start()
                                    .waitFor()
                            == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** The code sections of an executable file; the line is the same object each time. */
    static void program(Path file, Consumer<ObjdumpLine> to) throws IOException {
        run(List.of("-d", file.toString()), to);
    }

    /**
     * All of a byte string, from address 0.
     *
     * @param codeSize 2, 4 or 8
     */
    static void bytes(byte[] code, int codeSize, Consumer<ObjdumpLine> to) throws IOException {
        Path file = Files.createTempFile("code", ".bin");
        try {
            Files.write(file, code);
            String machine = codeSize == 8 ? "i386:x86-64" : codeSize == 4 ? "i386" : "i8086";
            run(List.of("-D", "-b", "binary", "-m", machine, file.toString()), to);
        } finally {
            Files.delete(file);
        }
    }

    private static void run(List<String> what, Consumer<ObjdumpLine> to) throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("objdump", "-z", "-w", "--insn-width=16", "-M", "intel64"));
        command.addAll(what);
        Process p =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(p.getInputStream(), StandardCharsets.ISO_8859_1))) {
            ObjdumpLine line = new ObjdumpLine();
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                if (line.parse(text)) {
                    to.accept(line);
                }
            }
        } finally {
            p.destroy();
        }
    }
}
