package org.linuxemu.cli.app;

import org.linuxemu.cli.machine.EndActions;
import org.linuxemu.cli.machine.EndDecision;
import org.linuxemu.cli.machine.GuestEnd;
import org.linuxemu.cli.machine.MachineHost;
import org.linuxemu.cli.machine.SerialOutput;
import org.linuxemu.cli.monitor.RegisterDump;
import org.linuxemu.core.state.CpuState;

/**
 * Decides what the ends of the guest lead to, and tells the user about those that are no success.
 * Machine thread.
 */
final class GuestEnds implements MachineHost {
    /** The guest's console. */
    interface Console {
        /** Writes what the guest has sent, so that messages come after it. */
        void flushConsole();

        /** Tells the user why the program ends, where he will see it. */
        void lastWords(String text);
    }

    private final EndActions actions;
    private final Console console;
    private final PanicWatch[] panics;

    /**
     * Makes it.
     *
     * @param ports number of serial ports
     */
    GuestEnds(EndActions actions, int ports, Console console) {
        this.actions = actions;
        this.console = console;
        this.panics = new PanicWatch[ports];
    }

    /** Listens to a serial port's output on its way. */
    SerialOutput watch(int port, SerialOutput output) {
        panics[port] = new PanicWatch(output);
        return panics[port];
    }

    @Override
    public EndDecision guestEnded(GuestEnd end, CpuState state) {
        boolean panicked = panicked() || end.panicShown();
        EndDecision decision = actions.decide(end, panicked);
        if (end.kind() == GuestEnd.Kind.TRIPLE_FAULT) {
            console.flushConsole();
            String text =
                    "triple fault: the processor shut down\n"
                            + RegisterDump.general(state).stripTrailing();
            if (decision.action() == EndDecision.Action.EXIT) {
                console.lastWords(text);
            } else {
                Emulator.say(text);
            }
        } else if (panicked
                && decision.action() == EndDecision.Action.EXIT
                && decision.status() != ExitStatus.OK) {
            console.flushConsole();
            console.lastWords("the guest's kernel panicked");
        }
        if (decision.action() == EndDecision.Action.PAUSE) {
            console.flushConsole();
            Emulator.say(
                    "the guest has ended ("
                            + name(end)
                            + ") and stays stopped for the monitor and gdb");
        } else if (decision.action() == EndDecision.Action.RESET) {
            for (PanicWatch panic : panics) {
                if (panic != null) {
                    panic.clear();
                }
            }
        }
        return decision;
    }

    private boolean panicked() {
        for (PanicWatch panic : panics) {
            if (panic != null && panic.seen()) {
                return true;
            }
        }
        return false;
    }

    private static String name(GuestEnd end) {
        switch (end.kind()) {
            case REBOOT:
                return "reset";
            case POWER_OFF:
                return "power off";
            case HALT:
                return "halted with interrupts off";
            case DEBUG_EXIT:
                return "isa-debug-exit";
            default:
                return "triple fault";
        }
    }
}
