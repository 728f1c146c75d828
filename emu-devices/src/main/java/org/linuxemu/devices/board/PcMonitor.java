package org.linuxemu.devices.board;

import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.MonitorCommands;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.devices.apic.IoApic;
import org.linuxemu.devices.apic.LocalApic;

/** Monitor commands that look at the board. */
final class PcMonitor implements MonitorCommands {
    // 82093AA data sheet, 3.1 and 3.2.
    private static final int IO_APIC_INDEX = 0;
    private static final int IO_APIC_DATA = 0x10;
    private static final int IO_APIC_REDIRECTIONS = 0x10;
    private static final int IO_APIC_MASKED = 1 << 16;

    private final PcBoard board;
    private final PcHost host;

    PcMonitor(PcBoard board, PcHost host) {
        this.board = board;
        this.host = host;
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
                apics(output);
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
                MonitorCommands more = host.monitor();
                return more != null && more.execute(line, output);
        }
    }

    private void apics(DebugOutput output) {
        AddressSpace memory = board.memory();
        for (int i = 0; i < memory.windowCount(); i++) {
            if (memory.windowDevice(i) instanceof LocalApic apic) {
                output.println(
                        "local APIC svr="
                                + hex(apic.read(0xF0, 4))
                                + " tpr="
                                + hex(apic.read(0x80, 4))
                                + " irr="
                                + vectors(apic, 0x200)
                                + " isr="
                                + vectors(apic, 0x100));
            } else if (memory.windowDevice(i) instanceof IoApic apic) {
                redirections(apic, output);
            }
        }
    }

    /** The bits that are set in one of the local APIC's 256-bit registers. */
    private static String vectors(LocalApic apic, int offset) {
        StringBuilder set = new StringBuilder();
        for (int vector = 0; vector < 256; vector++) {
            if ((apic.read(offset + vector / 32 * 16, 4) >>> vector % 32 & 1) != 0) {
                set.append(set.length() == 0 ? "" : ",").append(hex(vector));
            }
        }
        return set.length() == 0 ? "none" : set.toString();
    }

    private static void redirections(IoApic apic, DebugOutput output) {
        long index = apic.read(IO_APIC_INDEX, 4);
        for (int input = 0; input < IoApic.INPUT_COUNT; input++) {
            apic.write(IO_APIC_INDEX, 4, IO_APIC_REDIRECTIONS + 2 * input);
            long entry = apic.read(IO_APIC_DATA, 4);
            if ((entry & IO_APIC_MASKED) == 0) {
                output.println("I/O APIC input " + input + " -> " + hex(entry));
            }
        }
        apic.write(IO_APIC_INDEX, 4, index);
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
        output.println("  info pic                    interrupt controllers");
        output.println("  info irq                    the same");
        output.println("  info mtree                  physical address map");
        output.println("  info clock                  virtual time and the events that wait");
        MonitorCommands more = host.monitor();
        if (more != null) {
            more.help(output);
        }
    }
}
