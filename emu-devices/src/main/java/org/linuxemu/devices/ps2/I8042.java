package org.linuxemu.devices.ps2;

import java.util.Arrays;
import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.devices.misc.MachineControl;

/**
 * The keyboard controller (IBM PS/2 Hardware Interface Technical Reference, "Keyboard and auxiliary
 * device controller") with a keyboard on its first port. With a mouse it is a PS/2 controller;
 * without, it is the AT's, which has no second port, so that a guest does not wait for answers
 * there.
 *
 * <p>Everything is answered at once: the input buffer is never full. The A20 gate is a bit that can
 * be read back; the address line itself is always on.
 */
public final class I8042 implements Stateful, Resettable {
    /** The Pause key's code for {@link #key}. */
    public static final int KEY_PAUSE = Ps2Keyboard.PAUSE;

    private static final String SECTION = "i8042";

    private static final int CTR_KEYBOARD_INTERRUPT = 0x01;
    private static final int CTR_AUX_INTERRUPT = 0x02;
    private static final int CTR_SYSTEM = 0x04;
    private static final int CTR_KEYBOARD_DISABLED = 0x10;
    private static final int CTR_AUX_DISABLED = 0x20;
    private static final int CTR_TRANSLATE = 0x40;
    private static final int STATUS_OUTPUT_FULL = 0x01;
    private static final int STATUS_COMMAND = 0x08;
    private static final int STATUS_UNLOCKED = 0x10;
    private static final int STATUS_AUX = 0x20;
    private static final int OUTPUT_PORT_NOT_RESET = 0x01;
    private static final int OUTPUT_PORT_A20 = 0x02;
    private static final int AUX_FLAG = 0x100;

    private final MachineControl machine;
    private final IrqLine keyboardIrq;
    private final IrqLine auxIrq;
    private final Ps2Keyboard keyboard = new Ps2Keyboard();
    private final Ps2Mouse mouse;
    private final PortDevice dataPort = new DataPort();
    private final PortDevice commandPort = new CommandPort();

    /** The controller's RAM; byte 0 is the command byte (CTR). */
    private final byte[] ram = new byte[32];

    /** A command that waits for its data byte, or 0. */
    private int command;

    /** The last write was to the command port. */
    private boolean commandWritten;

    private boolean a20;
    private int output;
    private boolean outputFull;
    private boolean outputAux;

    /** The controller's own answer with {@link #AUX_FLAG}, or -1; it goes before device bytes. */
    private int answer;

    /** Translation has swallowed a break prefix. */
    private boolean breakSeen;

    /**
     * A controller with a keyboard, and with a mouse on request; {@code auxIrq} is used only for
     * the mouse.
     */
    public I8042(MachineControl machine, IrqLine keyboardIrq, IrqLine auxIrq, boolean withMouse) {
        this.machine = machine;
        this.keyboardIrq = keyboardIrq;
        this.auxIrq = auxIrq;
        mouse = withMouse ? new Ps2Mouse() : null;
        powerOn();
    }

    /** The state in which firmware leaves the controller: self-test done, keyboard working. */
    private void powerOn() {
        Arrays.fill(ram, (byte) 0);
        ram[0] = (byte) (CTR_KEYBOARD_INTERRUPT | CTR_SYSTEM | CTR_AUX_DISABLED | CTR_TRANSLATE);
        command = 0;
        commandWritten = false;
        a20 = true;
        output = 0;
        outputFull = false;
        outputAux = false;
        answer = -1;
        breakSeen = false;
        keyboard.powerOn();
        if (mouse != null) {
            mouse.powerOn();
        }
    }

    /** Port 60h. */
    public PortDevice dataPort() {
        return dataPort;
    }

    /** Port 64h. */
    public PortDevice commandPort() {
        return commandPort;
    }

    /** Whether the keyboard has room for one more {@link #key} event. */
    public boolean keyboardHasRoom() {
        return keyboard.hasRoom();
    }

    /**
     * A key goes down, comes up, or repeats (down again). The code is the key's scan code of set 1,
     * 01h to 7Fh, with E000h added where the code has an E0 prefix, or {@link #KEY_PAUSE}. Without
     * room the event is lost, as on a full keyboard buffer.
     */
    public void key(int code, boolean down) {
        keyboard.key(code, down);
        fillOutput();
    }

    /** The keyboard's LEDs: bit 0 Scroll Lock, 1 Num Lock, 2 Caps Lock. */
    public int keyboardLeds() {
        return keyboard.leds();
    }

    /**
     * The mouse was moved by counts to the right and up, with these buttons down: bit 0 left, 1
     * right, 2 middle. Nothing happens on a controller without mouse.
     */
    public void moveMouse(int right, int up, int buttons) {
        if (mouse != null) {
            mouse.move(right, up, buttons);
            fillOutput();
        }
    }

    private boolean ctr(int bit) {
        return (ram[0] & bit) != 0;
    }

    private void setCtr(int bit, boolean on) {
        ram[0] = (byte) (on ? ram[0] | bit : ram[0] & ~bit);
    }

    private int readStatus() {
        return (outputFull ? STATUS_OUTPUT_FULL : 0)
                | (ram[0] & CTR_SYSTEM)
                | (commandWritten ? STATUS_COMMAND : 0)
                | STATUS_UNLOCKED
                | (outputFull && outputAux ? STATUS_AUX : 0);
    }

    private int readData() {
        int value = output;
        if (outputFull) {
            outputFull = false;
            // The lines fall before the next byte raises them again, so that it makes an edge.
            updateIrqs();
            fillOutput();
        }
        return value;
    }

    /** Moves the next byte into the empty output buffer. */
    private void fillOutput() {
        if (!outputFull && answer >= 0) {
            putOutput(answer & 0xFF, (answer & AUX_FLAG) != 0);
            answer = -1;
        }
        while (!outputFull && !ctr(CTR_KEYBOARD_DISABLED) && keyboard.hasOutput()) {
            int value = keyboard.takeOutput();
            if (!ctr(CTR_TRANSLATE)) {
                putOutput(value, false);
            } else if (value == ScanCodes.BREAK_PREFIX) {
                breakSeen = true;
            } else {
                putOutput(ScanCodes.translate(value) | (breakSeen ? 0x80 : 0), false);
                breakSeen = false;
            }
        }
        if (!outputFull && mouse != null && !ctr(CTR_AUX_DISABLED) && mouse.hasOutput()) {
            putOutput(mouse.takeOutput(), true);
        }
        updateIrqs();
    }

    private void putOutput(int value, boolean aux) {
        output = value;
        outputAux = aux;
        outputFull = true;
    }

    private void updateIrqs() {
        keyboardIrq.set(outputFull && !outputAux && ctr(CTR_KEYBOARD_INTERRUPT));
        if (mouse != null) {
            auxIrq.set(outputFull && outputAux && ctr(CTR_AUX_INTERRUPT));
        }
    }

    private void writeCommand(int value) {
        commandWritten = true;
        command = 0;
        if (value >= 0xF0) {
            // Pulse output port: bit 0 low is the reset line.
            if ((value & OUTPUT_PORT_NOT_RESET) == 0) {
                machine.requestReset();
            }
            return;
        }
        if (value >= 0x20 && value < 0x40) {
            answer = ram[value & 0x1F] & 0xFF;
        } else if (value >= 0x60 && value < 0x80) {
            command = value;
        } else {
            writeNamedCommand(value);
        }
        fillOutput();
    }

    private void writeNamedCommand(int value) {
        switch (value) {
            case 0xA4: // test password: none installed
                answer = 0xF1;
                break;
            case 0xA7: // disable auxiliary device
                setCtr(CTR_AUX_DISABLED, true);
                break;
            case 0xA8: // enable auxiliary device
                setCtr(CTR_AUX_DISABLED, false);
                break;
            case 0xA9: // auxiliary interface test
                answer = mouse != null ? 0x00 : 0x01;
                break;
            case 0xAA: // self-test
                setCtr(CTR_SYSTEM, true);
                answer = 0x55;
                break;
            case 0xAB: // keyboard interface test
                answer = 0x00;
                break;
            case 0xAD: // disable keyboard
                setCtr(CTR_KEYBOARD_DISABLED, true);
                break;
            case 0xAE: // enable keyboard
                setCtr(CTR_KEYBOARD_DISABLED, false);
                break;
            case 0xC0: // read input port: keyboard not inhibited
                answer = 0x80;
                break;
            case 0xD0: // read output port
                answer =
                        OUTPUT_PORT_NOT_RESET
                                | (a20 ? OUTPUT_PORT_A20 : 0)
                                | (outputFull ? (outputAux ? 0x20 : 0x10) : 0);
                break;
            case 0xD1: // write output port
            case 0xD2: // write keyboard output buffer
            case 0xD3: // write auxiliary output buffer
            case 0xD4: // write to auxiliary device
                command = value;
                break;
            case 0xDD: // A20 off
                a20 = false;
                break;
            case 0xDF: // A20 on
                a20 = true;
                break;
            case 0xE0: // read test inputs
                answer = 0x00;
                break;
            default: // not a command of this controller: no answer
                break;
        }
    }

    private void writeData(int value) {
        commandWritten = false;
        int waiting = command;
        command = 0;
        switch (waiting) {
            case 0:
                // Sending to the keyboard drives its clock line, which enables it.
                setCtr(CTR_KEYBOARD_DISABLED, false);
                keyboard.write(value);
                break;
            case 0xD1:
                a20 = (value & OUTPUT_PORT_A20) != 0;
                if ((value & OUTPUT_PORT_NOT_RESET) == 0) {
                    machine.requestReset();
                }
                break;
            case 0xD2:
                answer = value;
                break;
            case 0xD3:
                answer = value | (mouse != null ? AUX_FLAG : 0);
                break;
            case 0xD4:
                if (mouse != null) {
                    setCtr(CTR_AUX_DISABLED, false);
                    mouse.write(value);
                }
                break;
            default:
                ram[waiting & 0x1F] = (byte) value;
                break;
        }
        fillOutput();
    }

    @Override
    public void reset() {
        powerOn();
        updateIrqs();
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        writer.writeBytes(ram);
        writer.writeInt(command);
        writer.writeBoolean(commandWritten);
        writer.writeBoolean(a20);
        writer.writeInt(output);
        writer.writeBoolean(outputFull);
        writer.writeBoolean(outputAux);
        writer.writeInt(answer);
        writer.writeBoolean(breakSeen);
        keyboard.save(writer);
        writer.writeBoolean(mouse != null);
        if (mouse != null) {
            mouse.save(writer);
        }
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        reader.readBytesInto(ram);
        command = reader.readInt(0, 0xFF);
        commandWritten = reader.readBoolean();
        a20 = reader.readBoolean();
        output = reader.readInt(0, 0xFF);
        outputFull = reader.readBoolean();
        outputAux = reader.readBoolean();
        answer = reader.readInt(-1, AUX_FLAG | 0xFF);
        breakSeen = reader.readBoolean();
        keyboard.load(reader);
        if (reader.readBoolean() != (mouse != null)) {
            throw new StateFormatException("saved state is of a machine with another mouse");
        }
        if (mouse != null) {
            mouse.load(reader);
        }
        reader.endSection();
    }

    private final class DataPort implements PortDevice {
        @Override
        public int read(int offset, int size) {
            return readData();
        }

        @Override
        public void write(int offset, int size, int value) {
            writeData(value);
        }
    }

    private final class CommandPort implements PortDevice {
        @Override
        public int read(int offset, int size) {
            return readStatus();
        }

        @Override
        public void write(int offset, int size, int value) {
            writeCommand(value);
        }
    }
}
