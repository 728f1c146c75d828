package org.linuxemu.devices.ps2;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;

/**
 * A 102-key PS/2 keyboard (IBM PS/2 Hardware Interface Technical Reference, "Keyboard", 1991) with
 * scan code sets 1 and 2. There is no typematic repeat: whoever types repeats. Answers go before
 * scan codes.
 */
final class Ps2Keyboard implements Ps2Device {
    /** The Pause key, which has no break code. */
    static final int PAUSE = 0xE11D;

    private static final int ACK = 0xFA;
    private static final int RESEND = 0xFE;
    private static final int SELF_TEST_PASSED = 0xAA;
    private static final int LONGEST_SEQUENCE = 8;

    private final ByteQueue answers = new ByteQueue(8);
    private final ByteQueue scanCodes = new ByteQueue(16 + LONGEST_SEQUENCE);

    /** A command that waits for its parameter, or 0. */
    private int command;

    private int scanCodeSet = 2;
    private int leds;
    private boolean scanning = true;
    private int lastSent;

    /** Back to the state after power-on and self-test, with nothing to say. */
    void powerOn() {
        answers.clear();
        command = 0;
        leds = 0;
        lastSent = 0;
        setDefaults();
    }

    private void setDefaults() {
        scanCodes.clear();
        scanCodeSet = 2;
        scanning = true;
    }

    /** Lit LEDs: bit 0 Scroll Lock, 1 Num Lock, 2 Caps Lock. */
    int leds() {
        return leds;
    }

    /** Whether a key event of any length finds room. */
    boolean hasRoom() {
        return scanCodes.room() >= LONGEST_SEQUENCE;
    }

    /** See {@link I8042#key}; without room the event is lost. */
    void key(int code, boolean down) {
        if (!scanning || !hasRoom()) {
            return;
        }
        if (code == PAUSE) {
            if (down) {
                putPause();
            }
            return;
        }
        int prefix = code >> 8;
        int set1 = code & 0x7F;
        if (prefix == ScanCodes.EXTENDED_PREFIX) {
            scanCodes.put(prefix);
        }
        if (scanCodeSet == 1) {
            scanCodes.put(set1 | (down ? 0 : 0x80));
        } else {
            if (!down) {
                scanCodes.put(ScanCodes.BREAK_PREFIX);
            }
            scanCodes.put(ScanCodes.toSet2(set1));
        }
    }

    private void putPause() {
        int[] sequence =
                scanCodeSet == 1
                        ? new int[] {0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5}
                        : new int[] {0xE1, 0x14, 0x77, 0xE1, 0xF0, 0x14, 0xF0, 0x77};
        for (int value : sequence) {
            scanCodes.put(value);
        }
    }

    @Override
    public boolean hasOutput() {
        return !answers.isEmpty() || !scanCodes.isEmpty();
    }

    @Override
    public int takeOutput() {
        lastSent = answers.isEmpty() ? scanCodes.take() : answers.take();
        return lastSent;
    }

    @Override
    public void write(int value) {
        // A new byte from the host ends an answer that it has not taken.
        answers.clear();
        int waiting = command;
        command = 0;
        if (waiting != 0 && value < 0x80) {
            writeParameter(waiting, value);
        } else {
            writeCommand(value);
        }
    }

    private void writeParameter(int waiting, int value) {
        if (waiting == 0xED) {
            leds = value & 7;
        } else if (waiting == 0xF0) {
            if (value > 2) {
                answers.put(RESEND);
                return;
            }
            answers.put(ACK);
            if (value == 0) {
                answers.put(scanCodeSet);
            } else {
                scanCodeSet = value;
            }
            return;
        }
        answers.put(ACK);
    }

    private void writeCommand(int value) {
        switch (value) {
            case 0xED: // set LEDs
            case 0xF0: // select scan code set
            case 0xF3: // set typematic rate
                command = value;
                answers.put(ACK);
                break;
            case 0xEE: // echo
                answers.put(0xEE);
                break;
            case 0xF2: // read ID
                answers.put(ACK);
                answers.put(0xAB);
                answers.put(0x83);
                break;
            case 0xF4: // enable
                scanCodes.clear();
                scanning = true;
                answers.put(ACK);
                break;
            case 0xF5: // default disable
                setDefaults();
                scanning = false;
                answers.put(ACK);
                break;
            case 0xF6: // set default
                setDefaults();
                answers.put(ACK);
                break;
            case 0xF7: // set all keys typematic, make/break and so on: only for set 3
            case 0xF8:
            case 0xF9:
            case 0xFA:
                answers.put(ACK);
                break;
            case 0xFE: // resend
                answers.put(lastSent);
                break;
            case 0xFF: // reset
                powerOn();
                answers.put(ACK);
                answers.put(SELF_TEST_PASSED);
                break;
            default:
                answers.put(RESEND);
                break;
        }
    }

    void save(StateWriter writer) {
        answers.save(writer);
        scanCodes.save(writer);
        writer.writeInt(command);
        writer.writeInt(scanCodeSet);
        writer.writeInt(leds);
        writer.writeBoolean(scanning);
        writer.writeInt(lastSent);
    }

    void load(StateReader reader) throws StateFormatException {
        answers.load(reader);
        scanCodes.load(reader);
        command = reader.readInt(0, 0xFF);
        scanCodeSet = reader.readInt(1, 2);
        leds = reader.readInt(0, 7);
        scanning = reader.readBoolean();
        lastSent = reader.readInt(0, 0xFF);
    }
}
