package org.linuxemu.devices.pic;

import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.irq.IrqLine;

/**
 * One Intel 8259A (datasheet 231468, 1988) with its two ports. Masks below have one bit for each
 * input IR0 to IR7. The 8086 mode is the only one: ICW4's uPM bit is kept but not obeyed, nor are
 * ICW3 and the buffered mode, as the PC's wiring leaves no choice.
 */
final class Pic8259 implements PortDevice {
    /** What {@link #acknowledge} of a request that has gone away is taken for: "default IR7". */
    private static final int DEFAULT_LEVEL = 7;

    private final boolean master;
    private final IrqLine intOutput;

    /** Present level of the inputs. */
    private int inputs;

    /** Rising edges seen and not acknowledged, for edge-triggered inputs; always within inputs. */
    private int edges;

    private int isr;
    private int imr;
    private int elcr;

    /** The level with lowest priority; the one after it has the highest. */
    private int lowestPriority;

    private int vectorBase;

    /** Which ICW (2, 3, 4) the next write to the odd port is, or 0 for OCW1. */
    private int nextIcw;

    private int icw1;
    private int icw3;
    private int icw4;
    private boolean specialMask;
    private boolean rotateInAutoEoi;
    private boolean readIsr;
    private boolean poll;
    private boolean output;

    Pic8259(boolean master, IrqLine intOutput) {
        this.master = master;
        this.intOutput = intOutput;
        powerOn();
    }

    /** State before the first ICW1; the datasheet leaves it undefined, here all is masked. */
    void powerOn() {
        edges = 0;
        isr = 0;
        imr = 0xFF;
        elcr = 0;
        lowestPriority = 7;
        vectorBase = 0;
        nextIcw = 0;
        icw1 = 0;
        icw3 = 0;
        icw4 = 0;
        specialMask = false;
        rotateInAutoEoi = false;
        readIsr = false;
        poll = false;
        update();
    }

    void setInput(int level, boolean asserted) {
        int bit = 1 << level;
        if (asserted) {
            edges |= bit & ~inputs;
            inputs |= bit;
        } else {
            // The request must stay until it is acknowledged ("Edge and level triggered modes").
            edges &= ~bit;
            inputs &= ~bit;
        }
        update();
    }

    /** Whether INT is active. */
    boolean output() {
        return output;
    }

    int vectorBase() {
        return vectorBase;
    }

    int irr() {
        return edges | (inputs & levelTriggered());
    }

    int isr() {
        return isr;
    }

    int imr() {
        return imr;
    }

    int elcr() {
        return elcr;
    }

    void setElcr(int value) {
        elcr = value;
        update();
    }

    private int levelTriggered() {
        return (icw1 & 0x08) != 0 ? 0xFF : elcr;
    }

    /**
     * The interrupt acknowledge sequence.
     *
     * @return the level put in service, or -1 for a request that has gone away
     */
    int acknowledge() {
        int level = requestedLevel();
        // INT goes low with the acknowledge, so that a further request makes a new edge.
        drive(false);
        if (level >= 0) {
            int bit = 1 << level;
            edges &= ~bit;
            if ((icw4 & 0x02) == 0) {
                isr |= bit;
            } else if (rotateInAutoEoi) {
                lowestPriority = level;
            }
        }
        update();
        return level;
    }

    /** The level whose vector goes on the bus after {@link #acknowledge} returned this. */
    static int effectiveLevel(int acknowledged) {
        return acknowledged < 0 ? DEFAULT_LEVEL : acknowledged;
    }

    /** The highest-priority request that may interrupt now, or -1. */
    private int requestedLevel() {
        int request = irr() & ~imr;
        if (request == 0) {
            return -1;
        }
        int blocking = specialMask ? isr & ~imr : isr;
        boolean nestedCascade = master && (icw4 & 0x10) != 0;
        for (int i = 1; i <= 8; i++) {
            int level = (lowestPriority + i) & 7;
            int bit = 1 << level;
            // In the special fully nested mode a slave in service does not lock out itself.
            if ((blocking & bit) != 0 && !(nestedCascade && level == PicPair.CASCADE_INPUT)) {
                return -1;
            }
            if ((request & bit) != 0) {
                return level;
            }
            if ((blocking & bit) != 0) {
                return -1;
            }
        }
        return -1;
    }

    private void update() {
        drive(requestedLevel() >= 0);
    }

    private void drive(boolean active) {
        if (output != active) {
            output = active;
            intOutput.set(active);
        }
    }

    @Override
    public int read(int offset, int size) {
        if (poll) {
            poll = false;
            int level = acknowledge();
            return level < 0 ? DEFAULT_LEVEL : 0x80 | level;
        }
        if ((offset & 1) != 0) {
            return imr;
        }
        return readIsr ? isr : irr();
    }

    @Override
    public void write(int offset, int size, int value) {
        if ((offset & 1) != 0) {
            writeOddPort(value);
        } else if ((value & 0x10) != 0) {
            writeIcw1(value);
        } else if ((value & 0x08) != 0) {
            writeOcw3(value);
        } else {
            writeOcw2(value);
        }
    }

    private void writeIcw1(int value) {
        icw1 = value;
        // Edge sense circuit reset: an input must fall and rise again to make a request.
        edges = 0;
        isr = 0;
        imr = 0;
        lowestPriority = 7;
        specialMask = false;
        rotateInAutoEoi = false;
        readIsr = false;
        poll = false;
        icw4 = 0;
        nextIcw = 2;
        update();
    }

    private void writeOddPort(int value) {
        switch (nextIcw) {
            case 2:
                vectorBase = value & 0xF8;
                if ((icw1 & 0x02) == 0) {
                    nextIcw = 3;
                } else {
                    nextIcw = (icw1 & 0x01) != 0 ? 4 : 0;
                }
                break;
            case 3:
                icw3 = value;
                nextIcw = (icw1 & 0x01) != 0 ? 4 : 0;
                break;
            case 4:
                icw4 = value;
                nextIcw = 0;
                break;
            default:
                imr = value;
                break;
        }
        update();
    }

    /** OCW2: R (bit 7), SL (bit 6), EOI (bit 5), L2-L0. */
    private void writeOcw2(int value) {
        int level = value & 7;
        switch (value >> 5) {
            case 0: // rotate in automatic EOI mode (clear)
                rotateInAutoEoi = false;
                break;
            case 1: // non-specific EOI
                endOfInterrupt(highestInService(), false);
                break;
            case 3: // specific EOI
                endOfInterrupt(level, false);
                break;
            case 4: // rotate in automatic EOI mode (set)
                rotateInAutoEoi = true;
                break;
            case 5: // rotate on non-specific EOI
                endOfInterrupt(highestInService(), true);
                break;
            case 6: // set priority
                lowestPriority = level;
                break;
            case 7: // rotate on specific EOI
                endOfInterrupt(level, true);
                break;
            default: // no operation
                break;
        }
        update();
    }

    /** In the special mask mode a non-specific EOI does not see levels that are masked. */
    private int highestInService() {
        int candidates = specialMask ? isr & ~imr : isr;
        for (int i = 1; i <= 8; i++) {
            int level = (lowestPriority + i) & 7;
            if ((candidates & (1 << level)) != 0) {
                return level;
            }
        }
        return -1;
    }

    private void endOfInterrupt(int level, boolean rotate) {
        if (level >= 0) {
            isr &= ~(1 << level);
            if (rotate) {
                lowestPriority = level;
            }
        }
    }

    private void writeOcw3(int value) {
        if ((value & 0x40) != 0) {
            specialMask = (value & 0x20) != 0;
        }
        if ((value & 0x04) != 0) {
            poll = true;
        } else if ((value & 0x02) != 0) {
            readIsr = (value & 0x01) != 0;
        }
        update();
    }

    void save(StateWriter writer) {
        writer.writeInt(inputs);
        writer.writeInt(edges);
        writer.writeInt(isr);
        writer.writeInt(imr);
        writer.writeInt(elcr);
        writer.writeInt(lowestPriority);
        writer.writeInt(vectorBase);
        writer.writeInt(nextIcw);
        writer.writeInt(icw1);
        writer.writeInt(icw3);
        writer.writeInt(icw4);
        writer.writeBoolean(specialMask);
        writer.writeBoolean(rotateInAutoEoi);
        writer.writeBoolean(readIsr);
        writer.writeBoolean(poll);
        writer.writeBoolean(output);
    }

    void load(StateReader reader) throws StateFormatException {
        inputs = reader.readInt(0, 0xFF);
        edges = reader.readInt(0, 0xFF) & inputs;
        isr = reader.readInt(0, 0xFF);
        imr = reader.readInt(0, 0xFF);
        elcr = reader.readInt(0, 0xFF);
        lowestPriority = reader.readInt(0, 7);
        vectorBase = reader.readInt(0, 0xF8) & 0xF8;
        nextIcw = reader.readInt(0, 4);
        icw1 = reader.readInt(0, 0xFF);
        icw3 = reader.readInt(0, 0xFF);
        icw4 = reader.readInt(0, 0xFF);
        specialMask = reader.readBoolean();
        rotateInAutoEoi = reader.readBoolean();
        readIsr = reader.readBoolean();
        poll = reader.readBoolean();
        output = reader.readBoolean();
    }
}
