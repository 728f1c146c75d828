package org.linuxemu.gdbstub.toy;

import java.nio.file.Path;
import org.linuxemu.gdbstub.GdbServerOptions;

/** The toy by hand: writes its ELF file and waits for gdb. */
public final class ToyMain {
    private ToyMain() {}

    public static void main(String[] arguments) throws Exception {
        try (ToyRun run = new ToyRun(true, GdbServerOptions.parse(arguments[0]))) {
            Path elf = Path.of(arguments[1]);
            run.machine.program.writeElf(elf);
            System.out.println(run.server.connectHint());
            run.exitCode();
        }
    }
}
