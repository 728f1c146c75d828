package org.linuxemu.gdbstub.session;

import java.util.Locale;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.core.debug.PageTableDump;
import org.linuxemu.core.debug.Watchpoint;
import org.linuxemu.gdbstub.target.TargetDescription;

/** The stub's own monitor commands; everything else goes to the machine's. */
final class MonitorConsole {
    private static final String[][] HELP = {
        {"help", "this list"},
        {"info registers", "registers of the current processor"},
        {"info breakpoints", "breakpoints and watchpoints in force"},
        {"info mem", "mapped ranges of linear addresses and their rights"},
        {"info tlb", "each mapped page"},
        {"gva2gpa ADDR", "physical address of a linear one"},
        {"walk ADDR", "each page table level of a linear address, and why an access would fault"},
        {"x /NFU ADDR", "memory; N items, format x d u c i, unit b h w g"},
        {"xp /NFU ADDR", "physical memory"},
        {"kaslr", "how far the kernel has moved itself"},
        {
            "pgd pin [VALUE]|unpin",
            "user breakpoints count in one address space only (default: the current one)"
        },
        {"step-irqs on|off", "whether steps take external interrupts (default: off)"},
        {
            "catch N|int3|triple [off]",
            "stop before exception N, a breakpoint trap, at a triple fault"
        },
        {"arch i8086|i386:x86-64", "register layout for the next connection"},
        {"system_reset", "reset the machine and stop at its first instruction"},
        {"quit [CODE]", "end the emulator"},
    };

    private final SessionState state;
    private final BreakpointPackets breakpoints;
    private final MonitorViews views;

    MonitorConsole(SessionState state, BreakpointPackets breakpoints) {
        this.state = state;
        this.breakpoints = breakpoints;
        this.views = new MonitorViews(state);
    }

    void execute(String line, DebugOutput out) {
        String[] words =
                words(line.startsWith("x/") || line.startsWith("xp/") ? spaced(line) : line);
        try {
            if (!own(words, out) && !state.target.monitor().execute(line, out)) {
                out.println("unknown command: " + line + " (try \"monitor help\")");
            }
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
        }
    }

    private boolean own(String[] words, DebugOutput out) {
        switch (words[0]) {
            case "", "help", "?" -> help(out);
            case "info" -> {
                return info(argument(words, 1), out);
            }
            case "gva2gpa" -> views.physicalAddress(address(words, 1), out);
            case "walk" -> state.memory().describeWalk(address(words, 1), out);
            case "x", "xp" -> {
                if (argument(words, 1).startsWith("/") && argument(words, 1).endsWith("i")) {
                    // The machine knows its instructions, the stub what its registers are called.
                    String address = "0x" + Long.toHexString(address(words, 2));
                    return state.target
                            .monitor()
                            .execute(words[0] + " " + words[1] + " " + address, out);
                }
                views.memory(words, words[0].equals("xp"), out);
            }
            case "kaslr" -> kaslr(out);
            case "pgd" -> pgd(words, out);
            case "step-irqs" -> stepInterrupts(argument(words, 1), out);
            case "catch" -> catchException(words, out);
            case "arch" -> arch(argument(words, 1), out);
            case "system_reset" -> {
                state.target.reset();
                state.stop = null;
                out.println(
                        "the machine has been reset; its registers are known to gdb after"
                                + " \"maintenance flush register-cache\"");
            }
            case "quit" -> {
                int code = words.length > 1 ? (int) address(words, 1) : 0;
                state.afterReply = () -> state.target.quit(code);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static String spaced(String line) {
        return line.replaceFirst("/", " /");
    }

    private void help(DebugOutput out) {
        for (String[] entry : HELP) {
            out.println(
                    "  " + entry[0] + " ".repeat(Math.max(1, 28 - entry[0].length())) + entry[1]);
        }
        state.target.monitor().help(out);
    }

    private boolean info(String what, DebugOutput out) {
        switch (what) {
            case "registers" -> views.registers(out);
            case "breakpoints" -> listBreakpoints(out);
            case "mem" -> pageTables(out).ranges();
            case "tlb" -> pageTables(out).pages();
            default -> {
                return false;
            }
        }
        return true;
    }

    private PageTableDump pageTables(DebugOutput out) {
        return new PageTableDump(state.target.registers(state.generalCpu), state.memory(), out);
    }

    private void listBreakpoints(DebugOutput out) {
        for (long address : state.target.breakpoints().breakpoints()) {
            out.println("breakpoint " + MonitorViews.hex(address) + breakpoints.describe(address));
        }
        for (Watchpoint watchpoint : state.target.breakpoints().watchpoints()) {
            String kind = watchpoint.kind().name().toLowerCase(Locale.ROOT);
            out.println(
                    "watchpoint "
                            + MonitorViews.hex(watchpoint.address())
                            + " "
                            + watchpoint.length()
                            + " "
                            + kind);
        }
    }

    private void kaslr(DebugOutput out) {
        long slide = KernelSlide.find(state.memory());
        if (slide == KernelSlide.UNKNOWN) {
            out.println("no kernel is mapped at its place");
        } else {
            out.println(
                    "slide 0x"
                            + Long.toHexString(slide)
                            + " (symbol-file -o 0x"
                            + Long.toHexString(slide)
                            + " vmlinux)");
        }
    }

    private void pgd(String[] words, DebugOutput out) {
        switch (argument(words, 1)) {
            case "pin" -> {
                long pgd = words.length > 2 ? address(words, 2) : views.pgd();
                breakpoints.pin(pgd);
                out.println(
                        "breakpoints at user addresses count while pgd is 0x"
                                + Long.toHexString(pgd));
            }
            case "unpin" -> breakpoints.pin(-1);
            default -> throw new IllegalArgumentException("pgd pin [VALUE] or pgd unpin");
        }
    }

    private void stepInterrupts(String value, DebugOutput out) {
        DebugTarget target = state.target;
        switch (value) {
            case "on" -> target.setStepsHoldInterrupts(false);
            case "off" -> target.setStepsHoldInterrupts(true);
            case "" -> {
                // Only tells.
            }
            default -> throw new IllegalArgumentException("step-irqs on or step-irqs off");
        }
        out.println(
                "steps "
                        + (target.stepsHoldInterrupts() ? "hold back" : "take")
                        + " external interrupts");
    }

    private void catchException(String[] words, DebugOutput out) {
        boolean on = words.length < 3 || !words[2].equals("off");
        String what = argument(words, 1);
        switch (what) {
            case "triple" -> state.target.catches().catchTripleFault(on);
            case "int3" -> state.target.catches().catchException(3, on);
            default -> {
                long vector = address(words, 1);
                if (vector < 0 || vector > 31) {
                    throw new IllegalArgumentException("exception 0 to 31");
                }
                state.target.catches().catchException((int) vector, on);
            }
        }
        out.println(what + (on ? " is caught" : " is no longer caught"));
    }

    private void arch(String name, DebugOutput out) {
        switch (name) {
            case "i8086" -> state.settings.setArch(TargetDescription.Arch.I8086);
            case "i386:x86-64" -> state.settings.setArch(TargetDescription.Arch.X86_64);
            default -> throw new IllegalArgumentException("arch i8086 or arch i386:x86-64");
        }
        out.println("the next connection gets " + name);
    }

    private long address(String[] words, int index) {
        return views.number(argument(words, index));
    }

    private static String argument(String[] words, int index) {
        return index < words.length ? words[index] : "";
    }

    /** Splits at blanks; always at least one word. */
    private static String[] words(String line) {
        java.util.StringTokenizer tokens = new java.util.StringTokenizer(line);
        if (!tokens.hasMoreTokens()) {
            return new String[] {""};
        }
        String[] words = new String[tokens.countTokens()];
        for (int i = 0; i < words.length; i++) {
            words[i] = tokens.nextToken();
        }
        return words;
    }
}
