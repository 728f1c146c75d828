package org.linuxemu.cli.it;

import java.util.zip.CRC32C;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.devices.board.PcBoard;
import org.linuxemu.devices.board.PcConfig;
import org.linuxemu.devices.board.PcHost;
import org.linuxemu.devices.board.SerialPort;
import org.linuxemu.devices.boot.BootLoader;
import org.linuxemu.devices.boot.BootRequest;

/**
 * Boots a guest, types at it and prints the state hash after every so many cycles, then a checksum
 * of the console and the final cycle. Run in a JVM of its own, so that JDKs can be compared.
 */
public final class HashTrace {
    private HashTrace() {}

    /**
     * Arguments: kernel, initrd, cycles between hashes, most cycles, input, and optionally {@code
     * off}, {@code on} or {@code eager}: whether hot code is translated.
     */
    public static void main(String[] args) throws Exception {
        BootRequest request = new BootRequest(args[0]).initrd(args[1]).commandLine("console=ttyS0");
        long step = Long.parseLong(args[2]);
        long limit = Long.parseLong(args[3]);
        byte[] input = args[4].getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        PcHost host =
                new PcHost() {
                    @Override
                    public int ended(End end, int value) {
                        System.out.println("end " + end + " " + value);
                        return 0;
                    }

                    @Override
                    public void reloadFailed(String message) {
                        throw new IllegalStateException(message);
                    }
                };
        PcConfig config = new PcConfig(128L << 20, CpuModel.max(), 1_767_225_600L, 1, -1, 0, false);
        PcBoard board =
                new PcBoard(config, host, (ram, state) -> BootLoader.load(request, ram, state));
        String translate = args.length > 5 ? args[5] : "off";
        if (translate.equals("eager")) {
            board.cpu().translateEagerly();
        } else if (translate.equals("on")) {
            board.cpu().translateHotCode();
        }
        CRC32C console = new CRC32C();
        int[] next = {0};
        board.serial(0)
                .connect(
                        () -> next[0] < input.length ? input[next[0]++] : SerialPort.Input.NONE,
                        console::update);
        for (long cycle = step; cycle <= limit; cycle += step) {
            StopReason reason = board.runUntil(cycle);
            System.out.println(
                    board.clock().cycles() + " " + Long.toHexString(board.cpu().stateHash()));
            if (reason != null) {
                break;
            }
        }
        System.out.println("console " + Long.toHexString(console.getValue()));
    }
}
