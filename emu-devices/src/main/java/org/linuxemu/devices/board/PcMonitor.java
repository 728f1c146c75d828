package org.linuxemu.devices.board;

import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.MonitorCommands;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.time.TimedEvent;

/** Monitor commands that look at the board. */
final class PcMonitor implements MonitorCommands {
    private final PcBoard board;

    PcMonitor(PcBoard board) {
        this.board = board;
    }

    @Override
    public boolean execute(String line, DebugOutput output) {
        switch (line.trim()) {
            case "info pic":
            case "info irq":
                output.println(
                        "8259A irr="
                                + hex(board.pic().requested())
                                + " isr="
                                + hex(board.pic().inService())
                                + " imr="
                                + hex(board.pic().masked())
                                + " bases="
                                + hex(board.pic().vectorBases()));
                return true;
            case "info mtree":
                memoryTree(output);
                return true;
            case "info clock":
                output.println("cycle " + board.clock().cycles());
                for (TimedEvent event : board.scheduler().pending()) {
                    output.println("  " + event);
                }
                return true;
            default:
                return false;
        }
    }

    private void memoryTree(DebugOutput output) {
        output.println("0x0-" + hex(board.ram().lowSize() - 1) + " RAM");
        if (board.ram().highSize() != 0) {
            output.println("0x100000000-" + hex(0xFFFFFFFFL + board.ram().highSize()) + " RAM");
        }
        AddressSpace memory = board.memory();
        for (int i = 0; i < memory.windowCount(); i++) {
            output.println(
                    hex(memory.windowStart(i))
                            + "-"
                            + hex(memory.windowEnd(i) - 1)
                            + " "
                            + memory.windowDevice(i).getClass().getSimpleName());
        }
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    @Override
    public void help(DebugOutput output) {
        output.println("  info pic     interrupt controllers");
        output.println("  info irq     the same");
        output.println("  info mtree   physical address map");
        output.println("  info clock   virtual time and the events that wait");
    }
}
