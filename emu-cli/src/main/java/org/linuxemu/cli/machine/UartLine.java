package org.linuxemu.cli.machine;

import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.devices.uart.SerialBackend;
import org.linuxemu.devices.uart.Uart16550;

/**
 * Joins one of the board's UARTs to the host: give it to the UART as its backend, then call {@link
 * #attach}. All but {@link #inputAvailable} on the machine thread. A line that is not connected
 * drops what the guest sends.
 */
public final class UartLine implements SerialLine, SerialBackend {
    private Uart16550 uart;
    private DebugTarget target;
    private SerialInput input;
    private SerialOutput output;

    /** Completes it; before the machine runs. */
    public void attach(Uart16550 port, DebugTarget machine) {
        uart = port;
        target = machine;
    }

    @Override
    public void connect(SerialInput source, SerialOutput sink) {
        input = source;
        output = sink;
    }

    @Override
    public void inputAvailable() {
        target.post(this::receiveReady);
    }

    @Override
    public void transmit(int value) {
        if (output != null) {
            output.write(value);
        }
    }

    @Override
    public void receiveReady() {
        while (input != null && uart.receiveRoom() > 0) {
            int value = input.poll();
            if (value == SerialInput.NONE) {
                return;
            }
            if (value == SerialInput.BREAK) {
                uart.receiveBreak();
            } else {
                uart.receive(value);
            }
        }
    }
}
