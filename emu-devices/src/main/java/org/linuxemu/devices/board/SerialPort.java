package org.linuxemu.devices.board;

import java.util.Arrays;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.core.time.VirtualClock;
import org.linuxemu.devices.uart.SerialBackend;
import org.linuxemu.devices.uart.Uart16550;

/**
 * The cable at a UART: carries the guest's bytes out at once, and brings bytes in one by one at the
 * rate of a 115200 baud line, each when the receiver has room. What the receiver has not taken
 * waits on the host's side.
 */
public final class SerialPort implements SerialBackend {
    /** Cycles between two bytes: ten bits at 115200 baud. */
    private static final long CHARACTER_CYCLES = 86_806;

    private static final int OPEN_LINE = 1024;

    /** Where the bytes go. */
    public interface Output {
        /** Takes a byte, 0 to 255. */
        void write(int value);
    }

    /** Where the bytes come from. */
    public interface Input {
        int NONE = -1;
        int BREAK = 256;

        /** The next byte (0 to 255), {@link #BREAK} or {@link #NONE}; never waits. */
        int poll();
    }

    private final class Arrival extends TimedEvent {
        Arrival(String name) {
            super(name);
        }

        @Override
        public void fire(long deadline) {
            arrive();
        }
    }

    private final VirtualClock clock;
    private final EventScheduler scheduler;
    private final Arrival arrival;
    private Uart16550 uart;
    private Input input;
    private Output output;

    /** Input stays on the host's side. Like what follows not part of the guest's state. */
    private boolean held;

    private long sent;

    /** The last bytes that the guest has sent, from the last end of a line on. */
    private final byte[] openLine = new byte[OPEN_LINE];

    private int openLength;

    SerialPort(String name, VirtualClock clock, EventScheduler scheduler) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.arrival = new Arrival(name + ".arrival");
        scheduler.register(arrival);
    }

    void attach(Uart16550 port) {
        uart = port;
    }

    /** Connects the host's side, before the machine runs. Either may be null. */
    public void connect(Input newInput, Output newOutput) {
        input = newInput;
        output = newOutput;
    }

    /** The input has something. Machine thread. */
    public void inputAvailable() {
        if (!arrival.isScheduled()) {
            scheduler.schedule(arrival, clock.cycles());
        }
    }

    /** Keeps input on the host's side, or lets it in again. Machine thread. */
    public void hold(boolean hold) {
        held = hold;
        if (!hold && input != null) {
            inputAvailable();
        }
    }

    /** Bytes that the guest has sent in this run. */
    public long sent() {
        return sent;
    }

    /** The line that the guest has begun and not ended, such as a prompt; cut if very long. */
    public byte[] openLine() {
        return Arrays.copyOf(openLine, openLength);
    }

    /** Shows on the host's side a line that the guest began before it was saved. */
    public void show(byte[] line) {
        for (int i = 0; i < line.length; i++) {
            transmit(line[i] & 0xFF);
        }
    }

    /** Whether the guest is ready for input. */
    public boolean listening() {
        return uart.receiveRoom() > 0;
    }

    /** Whether the guest asks the receiver again and again. */
    public boolean polled() {
        return uart.polled();
    }

    private void arrive() {
        if (held || input == null || uart.receiveRoom() == 0) {
            return; // receiveReady comes when there is room
        }
        int value = input.poll();
        if (value == Input.NONE) {
            return;
        }
        if (value == Input.BREAK) {
            uart.receiveBreak();
        } else {
            uart.receive(value);
        }
        scheduler.schedule(arrival, clock.cycles() + CHARACTER_CYCLES);
    }

    @Override
    public void transmit(int value) {
        sent++;
        if (value == '\n') {
            openLength = 0;
        } else if (openLength < OPEN_LINE) {
            openLine[openLength++] = (byte) value;
        }
        if (output != null) {
            output.write(value);
        }
    }

    @Override
    public void receiveReady() {
        if (!arrival.isScheduled()) {
            scheduler.schedule(arrival, clock.cycles() + CHARACTER_CYCLES);
        }
    }
}
