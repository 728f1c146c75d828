package org.linuxemu.gdbstub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linuxemu.gdbstub.toy.ToyRun;

/**
 * lldb connects, breaks and steps. Needs Debian's lldb, which not everybody has; without it the
 * test is skipped.
 */
@Timeout(120)
class LldbIT {
    private static final String[] NAMES = {"/usr/bin/lldb", "/usr/bin/lldb-14", "/usr/bin/lldb-19"};

    private static String lldb() {
        for (String name : NAMES) {
            if (Files.isExecutable(Path.of(name))) {
                return name;
            }
        }
        return null;
    }

    @Test
    void breaksStepsAndWatches(@TempDir Path directory) throws Exception {
        String lldb = lldb();
        assumeTrue(lldb != null, "lldb is not installed");
        try (ToyRun run = ToyRun.stopped()) {
            Path elf = directory.resolve("toy.elf");
            run.machine.program.writeElf(elf);
            List<String> line = new ArrayList<>(List.of(lldb, "--no-lldbinit", "--batch"));
            for (String command :
                    List.of(
                            "gdb-remote 127.0.0.1:" + run.port(),
                            "breakpoint set -n hot",
                            "continue",
                            "bt",
                            "register read rip cr0",
                            "si",
                            "breakpoint delete 1",
                            "watchpoint set expression -w write -s 8 -- 0x4008",
                            "continue",
                            "process detach")) {
                line.add("-o");
                line.add(command);
            }
            line.add(elf.toString());
            Path output = directory.resolve("output");
            Process process =
                    new ProcessBuilder(line)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            boolean ended = process.waitFor(60, TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            String text = Files.readString(output);
            assertThat(ended).as(text).isTrue();
            assertThat(text)
                    .containsSubsequence(
                            "stop reason = breakpoint 1.1",
                            "frame #1: 0x0000000000001029",
                            "cr0 = 0x0000000080050033",
                            "stop reason = instruction step into",
                            "Watchpoint 1 hit",
                            "new value: 1",
                            "Process 1 detached");
        }
    }
}
