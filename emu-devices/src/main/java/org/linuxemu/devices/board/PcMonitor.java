package org.linuxemu.devices.board;

import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.debug.MonitorCommands;
import org.linuxemu.core.decode.Disassembler;
import org.linuxemu.core.decode.InstructionDecoder;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.devices.apic.IoApic;
import org.linuxemu.devices.apic.LocalApic;

/** Monitor commands that look at the board. */
final class PcMonitor implements MonitorCommands {
    private final PcBoard board;
    private final PcHost host;

    PcMonitor(PcBoard board, PcHost host) {
        this.board = board;
        this.host = host;
    }

    @Override
    public boolean execute(String line, DebugOutput output) {
        switch (line.trim()) {
            case "info irq":
                board.interrupts().printCounts(output);
                return true;
            case "info pic":
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
            case "info jit":
                new UsageReport(output).code(board.cpu());
                return true;
            case "info ramblock":
                new UsageReport(output).memory(board.ram());
                return true;
            case "nmi":
                raiseNmi();
                return true;
            case "system_powerdown":
                if (!board.pressPowerButton()) {
                    output.println("the machine has no ACPI power button");
                }
                return true;
            case "info clock":
                output.println("cycle " + board.clock().cycles());
                for (TimedEvent event : board.scheduler().pending()) {
                    output.println("  " + event);
                }
                return true;
            default:
                if (withNumbers(line.trim().split(" +"), output)) {
                    return true;
                }
                MonitorCommands more = host.monitor();
                return more != null && more.execute(line, output);
        }
    }

    /** Whether it was one of the commands with an address. */
    private boolean withNumbers(String[] words, DebugOutput output) {
        try {
            if (words[0].equals("mmio")) {
                deviceRegister(words, output);
                return true;
            }
            if ((words[0].equals("x") || words[0].equals("xp"))
                    && words.length == 3
                    && words[1].startsWith("/")
                    && words[1].endsWith("i")) {
                instructions(words, output);
                return true;
            }
            return false;
        } catch (NumberFormatException e) {
            output.println("not a number: " + e.getMessage());
            return true;
        }
    }

    /**
     * {@code mmio ADDR [b|h|w|g [VALUE]]}: the one access of a debugger that devices notice, as
     * they would notice the guest's.
     */
    private void deviceRegister(String[] words, DebugOutput output) {
        String unit = words.length > 2 ? words[2] : "w";
        int size = unit.length() == 1 ? 1 << "bhwg".indexOf(unit) : 0;
        if (words.length < 2 || words.length > 4 || size < 1 || size > 8) {
            output.println("mmio ADDR [b|h|w|g [VALUE]]");
            return;
        }
        long address = number(words[1]);
        long value = words.length > 3 ? number(words[3]) : 0;
        if ((address & size - 1) != 0 || !isDevice(address, size)) {
            output.println("no device's register of " + size + " bytes at " + hex(address));
        } else if (words.length > 3) {
            board.memory().write(address, size, value);
        } else {
            output.println(hex(address) + ": " + hex(board.memory().read(address, size)));
        }
    }

    /** As QEMU does: through the local APIC's LINT1, which may be masked, where there is one. */
    private void raiseNmi() {
        LocalApic apic = board.interrupts().localApic();
        IrqLine line = apic != null ? apic.lint1() : board.cpu().nmiLine();
        line.set(true);
        line.set(false);
    }

    /** {@code x /Ni ADDR} and {@code xp /Ni ADDR}: as the processor would execute them now. */
    private void instructions(String[] words, DebugOutput output) {
        String digits = words[1].substring(1, words[1].length() - 1);
        long count = digits.isEmpty() ? 1 : Integer.parseInt(digits);
        long at = number(words[2]);
        boolean physical = words[0].equals("xp");
        Disassembler disassembler = new Disassembler();
        MemoryAccess memory = board.memory(0);
        byte[] bytes = new byte[InstructionDecoder.MAX_LENGTH];
        int codeSize = board.cpu().state().codeSize();
        for (long i = 0; i < count && !output.cancelled(); i++) {
            int n =
                    physical
                            ? memory.readPhysical(at, bytes, 0, bytes.length)
                            : memory.read(at, bytes, 0, bytes.length);
            if (n == 0) {
                output.println(hex(at) + ": cannot access memory");
                return;
            }
            StringBuilder line = new StringBuilder(hex(at)).append(": ");
            at += disassembler.disassemble(bytes, 0, n, at, codeSize, line);
            output.println(line.toString());
        }
    }

    private boolean isDevice(long address, int size) {
        AddressSpace memory = board.memory();
        for (int i = 0; i < memory.windowCount(); i++) {
            if (address >= memory.windowStart(i) && address <= memory.windowEnd(i) - size) {
                return true;
            }
        }
        return false;
    }

    private static long number(String text) {
        return text.startsWith("0x")
                ? Long.parseUnsignedLong(text.substring(2), 16)
                : Long.parseLong(text);
    }

    private void apics(DebugOutput output) {
        LocalApic local = board.interrupts().localApic();
        IoApic io = board.interrupts().ioApic();
        if (local == null) {
            return;
        }
        output.println(
                "local APIC svr="
                        + hex(local.read(0xF0, 4))
                        + " tpr="
                        + hex(local.read(0x80, 4))
                        + " irr="
                        + vectors(local, 0x200)
                        + " isr="
                        + vectors(local, 0x100));
        for (int input = 0; input < IoApic.INPUT_COUNT; input++) {
            if (!io.masked(input)) {
                output.println("I/O APIC input " + input + " -> " + hex(io.redirection(input)));
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
        output.println("  nmi                         a non-maskable interrupt, as from a button");
        output.println("  system_powerdown            press the ACPI power button");
        output.println("  info pic                    interrupt controllers");
        output.println("  info irq                    how often each interrupt was raised");
        output.println("  info mtree                  physical address map");
        output.println("  info jit                    decoded and translated code");
        output.println("  info ramblock               how much RAM the guest has touched");
        output.println("  info clock                  virtual time and the events that wait");
        output.println("  mmio ADDR [b|h|w|g [VALUE]] read or write a device's register");
        MonitorCommands more = host.monitor();
        if (more != null) {
            more.help(output);
        }
    }
}
