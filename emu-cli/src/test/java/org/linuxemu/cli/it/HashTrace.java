package org.linuxemu.cli.it;

import java.util.zip.CRC32C;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.devices.board.PcBoard;

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
        long step = Long.parseLong(args[2]);
        long limit = Long.parseLong(args[3]);
        TestGuest guest = new TestGuest(args[0], args[1], 128, args[4], true);
        PcBoard board = guest.board;
        String translate = args.length > 5 ? args[5] : "off";
        if (translate.equals("eager")) {
            board.cpu().translateEagerly();
        } else if (translate.equals("on")) {
            board.cpu().translateHotCode();
        }
        for (long cycle = step; cycle <= limit; cycle += step) {
            StopReason reason = board.runUntil(cycle);
            System.out.println(
                    board.clock().cycles() + " " + Long.toHexString(board.cpu().stateHash()));
            if (reason != null) {
                System.out.println("end " + guest.end);
                break;
            }
        }
        CRC32C console = new CRC32C();
        console.update(guest.console.toByteArray());
        System.out.println("console " + Long.toHexString(console.getValue()));
    }
}
