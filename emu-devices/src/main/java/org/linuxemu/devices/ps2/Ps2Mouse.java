package org.linuxemu.devices.ps2;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;

/**
 * A standard three-button PS/2 mouse (IBM PS/2 Hardware Interface Technical Reference, "Auxiliary
 * device") that answers every command; it can be moved, without acceleration.
 */
final class Ps2Mouse implements Ps2Device {
    private static final int ACK = 0xFA;
    private static final int RESEND = 0xFE;
    private static final int ERROR = 0xFC;
    private static final int SELF_TEST_PASSED = 0xAA;
    private static final int STANDARD_ID = 0x00;
    private static final int PACKET = 3;
    private static final int MAX_STEP = 255;

    private final ByteQueue answers = new ByteQueue(8);
    private final ByteQueue packets = new ByteQueue(16 * PACKET);
    private int command;
    private int sampleRate;
    private int resolution;
    private boolean scaling2;
    private boolean reporting;
    private boolean remoteMode;
    private boolean wrapMode;
    private int buttons;
    private int lastSent;

    Ps2Mouse() {
        powerOn();
    }

    void powerOn() {
        answers.clear();
        command = 0;
        wrapMode = false;
        buttons = 0;
        lastSent = 0;
        setDefaults();
    }

    private void setDefaults() {
        packets.clear();
        sampleRate = 100;
        resolution = 2;
        scaling2 = false;
        reporting = false;
        remoteMode = false;
    }

    /** See {@link I8042#moveMouse}. */
    void move(int right, int up, int newButtons) {
        buttons = newButtons & 7;
        if (reporting && !remoteMode && !wrapMode && packets.room() >= PACKET) {
            putPacket(packets, right, up);
        }
    }

    private void putPacket(ByteQueue queue, int right, int up) {
        int x = Math.max(-MAX_STEP, Math.min(MAX_STEP, right));
        int y = Math.max(-MAX_STEP, Math.min(MAX_STEP, up));
        queue.put(buttons | 0x08 | (x < 0 ? 0x10 : 0) | (y < 0 ? 0x20 : 0));
        queue.put(x & 0xFF);
        queue.put(y & 0xFF);
    }

    @Override
    public boolean hasOutput() {
        return !answers.isEmpty() || !packets.isEmpty();
    }

    @Override
    public int takeOutput() {
        lastSent = answers.isEmpty() ? packets.take() : answers.take();
        return lastSent;
    }

    @Override
    public void write(int value) {
        answers.clear();
        if (wrapMode && value != 0xEC && value != 0xFF) {
            answers.put(value);
            return;
        }
        int waiting = command;
        command = 0;
        if (waiting == 0xE8 || waiting == 0xF3) {
            writeParameter(waiting, value);
        } else {
            writeCommand(value);
        }
    }

    private void writeParameter(int waiting, int value) {
        if (waiting == 0xF3) {
            sampleRate = value;
            answers.put(ACK);
        } else if (value <= 3) {
            resolution = value;
            answers.put(ACK);
        } else {
            answers.put(ERROR);
        }
    }

    private void writeCommand(int value) {
        if (value < 0xE6) {
            answers.put(RESEND);
            return;
        }
        if (value != 0xFE) {
            answers.put(ACK);
        }
        switch (value) {
            case 0xE6: // set scaling 1:1
                scaling2 = false;
                break;
            case 0xE7: // set scaling 2:1
                scaling2 = true;
                break;
            case 0xE8: // set resolution
            case 0xF3: // set sampling rate
                command = value;
                break;
            case 0xE9: // status request
                answers.put(
                        (remoteMode ? 0x40 : 0)
                                | (reporting ? 0x20 : 0)
                                | (scaling2 ? 0x10 : 0)
                                | (buttons & 1) << 2
                                | (buttons & 4) >> 1
                                | (buttons & 2) >> 1);
                answers.put(resolution);
                answers.put(sampleRate);
                break;
            case 0xEA: // set stream mode
                remoteMode = false;
                break;
            case 0xEB: // read data
                putPacket(answers, 0, 0);
                break;
            case 0xEC: // reset wrap mode
                wrapMode = false;
                break;
            case 0xEE: // set wrap mode
                wrapMode = true;
                break;
            case 0xF0: // set remote mode
                remoteMode = true;
                break;
            case 0xF2: // read device type
                answers.put(STANDARD_ID);
                break;
            case 0xF4: // enable
                reporting = true;
                break;
            case 0xF5: // disable
                reporting = false;
                packets.clear();
                break;
            case 0xF6: // set default
                setDefaults();
                break;
            case 0xFE: // resend
                answers.put(lastSent);
                break;
            case 0xFF: // reset
                powerOn();
                answers.put(ACK);
                answers.put(SELF_TEST_PASSED);
                answers.put(STANDARD_ID);
                break;
            default:
                answers.clear();
                answers.put(RESEND);
                break;
        }
    }

    void save(StateWriter writer) {
        answers.save(writer);
        packets.save(writer);
        writer.writeInt(command);
        writer.writeInt(sampleRate);
        writer.writeInt(resolution);
        writer.writeBoolean(scaling2);
        writer.writeBoolean(reporting);
        writer.writeBoolean(remoteMode);
        writer.writeBoolean(wrapMode);
        writer.writeInt(buttons);
        writer.writeInt(lastSent);
    }

    void load(StateReader reader) throws StateFormatException {
        answers.load(reader);
        packets.load(reader);
        command = reader.readInt(0, 0xFF);
        sampleRate = reader.readInt(0, 0xFF);
        resolution = reader.readInt(0, 3);
        scaling2 = reader.readBoolean();
        reporting = reader.readBoolean();
        remoteMode = reader.readBoolean();
        wrapMode = reader.readBoolean();
        buttons = reader.readInt(0, 7);
        lastSent = reader.readInt(0, 0xFF);
    }
}
