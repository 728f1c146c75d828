package org.linuxemu.devices.uart;

import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.core.time.VirtualClock;

/**
 * A serial port with a 16550A (PC16550D datasheet, National Semiconductor, June 1995), eight ports.
 * The interrupt output passes the gate that OUT2 opens, as on the PC's serial adapter.
 *
 * <p>The line is faster than the divisor says: a byte leaves the transmitter {@link
 * #TRANSMIT_CYCLES} after it reached it, and bytes are received as fast as the guest takes them.
 * Only the receiver's character timeout is counted in real character times.
 */
public final class Uart16550 implements PortDevice, Stateful, Resettable {
    /** Cycles from the write of a byte to THRE, and again from THRE to TEMT. */
    public static final int TRANSMIT_CYCLES = 200;

    /**
     * LSR reads in a row that find neither data nor a busy transmitter after which a guest without
     * RTS and without receiver interrupts is taken to be waiting for input.
     */
    private static final int POLLS_TO_BE_WAITING = 16;

    private static final int IER_RDI = 0x01;
    private static final int IER_THRI = 0x02;
    private static final int IER_RLSI = 0x04;
    private static final int IER_MSI = 0x08;
    private static final int IIR_NONE = 0x01;
    private static final int IIR_THRI = 0x02;
    private static final int IIR_RDI = 0x04;
    private static final int IIR_RLSI = 0x06;
    private static final int IIR_TIMEOUT = 0x0C;
    private static final int LCR_BREAK = 0x40;
    private static final int LCR_DLAB = 0x80;
    private static final int MCR_RTS = 0x02;
    private static final int MCR_OUT2 = 0x08;
    private static final int MCR_LOOP = 0x10;
    private static final int LSR_DR = 0x01;
    private static final int LSR_OE = 0x02;
    private static final int LSR_FE = 0x08;
    private static final int LSR_BI = 0x10;
    private static final int LSR_THRE = 0x20;
    private static final int LSR_TEMT = 0x40;
    private static final int LSR_FIFO_ERROR = 0x80;

    /** CTS, DSR and DCD: the other end is there and ready. */
    private static final int MODEM_READY = 0xB0;

    private static final int CRYSTAL_HZ = 1_843_200;
    private static final int[] TRIGGER_LEVELS = {1, 4, 8, 14};

    private final String name;
    private final VirtualClock clock;
    private final EventScheduler scheduler;
    private final IrqLine irq;
    private final SerialBackend backend;
    private final TransmitterEmpty transmitterEmpty;
    private final CharacterTimeout characterTimeout;
    private final ReceiveFifo fifo = new ReceiveFifo();

    private int ier;
    private int lcr;
    private int mcr;
    private int scratch;
    private int divisor;
    private boolean fifoEnabled;
    private int trigger;

    /** Levels of DCD, RI, DSR and CTS at the pins, as in MSR bits 4 to 7. */
    private int modemInputs;

    /** MSR bits 0 to 3. */
    private int modemDeltas;

    /** OE, PE, FE and BI since LSR was last read. */
    private int lineErrors;

    private int lastReceived;
    private boolean timeoutPending;

    /** The cycle at which the transmitter's holding register and FIFO are empty. */
    private long transmitEmptyAt;

    private boolean transmitInterrupt;
    private boolean rtsSeen;
    private int idlePolls;

    /** Whether the backend has last seen room: not state, follows from it. */
    private boolean roomSeen;

    /** The name, such as "uart0", tells the ports of a machine apart in its saved states. */
    public Uart16550(
            String name,
            VirtualClock clock,
            EventScheduler scheduler,
            IrqLine irq,
            SerialBackend backend) {
        this.name = name;
        this.clock = clock;
        this.scheduler = scheduler;
        this.irq = irq;
        this.backend = backend;
        transmitterEmpty = new TransmitterEmpty(name + ".transmit");
        characterTimeout = new CharacterTimeout(name + ".timeout");
        scheduler.register(transmitterEmpty);
        scheduler.register(characterTimeout);
        powerOn();
    }

    private void powerOn() {
        ier = 0;
        lcr = 0;
        mcr = 0;
        scratch = 0;
        divisor = 12;
        fifoEnabled = false;
        trigger = 1;
        fifo.clear();
        modemInputs = MODEM_READY;
        modemDeltas = 0;
        lineErrors = 0;
        lastReceived = 0;
        timeoutPending = false;
        transmitEmptyAt = clock.cycles() - TRANSMIT_CYCLES;
        transmitInterrupt = false;
        rtsSeen = false;
        idlePolls = 0;
        roomSeen = false;
    }

    /**
     * How many bytes the port takes now. It is 0 while the guest shows no interest in input:
     * neither receiver interrupts with RTS on, nor polling. So input that is there before the guest
     * has opened the port is kept by its sender; an early console that only sends raises RTS, too.
     */
    public int receiveRoom() {
        if ((mcr & MCR_LOOP) != 0) {
            return 0;
        }
        boolean interested =
                ((ier & IER_RDI) != 0 && ((mcr & MCR_RTS) != 0 || !rtsSeen))
                        || idlePolls >= POLLS_TO_BE_WAITING;
        return interested ? capacity() - fifo.count() : 0;
    }

    /** Whether the guest asks for input again and again instead of waiting for an interrupt. */
    public boolean polled() {
        return idlePolls >= POLLS_TO_BE_WAITING;
    }

    /** A byte (0 to 255) arrives now. Without room it is lost and the guest sees an overrun. */
    public void receive(int value) {
        if ((mcr & MCR_LOOP) == 0) {
            accept(value & 0xFF, 0);
            finishAccess();
        }
    }

    /** A break arrives now: a zero byte with break and framing error. */
    public void receiveBreak() {
        if ((mcr & MCR_LOOP) == 0) {
            accept(0, LSR_BI | LSR_FE);
            finishAccess();
        }
    }

    private int capacity() {
        return fifoEnabled ? ReceiveFifo.SIZE : 1;
    }

    private void accept(int value, int errorBits) {
        if (fifo.count() >= capacity()) {
            lineErrors |= LSR_OE;
            if (!fifoEnabled) {
                // The new byte takes the place of the old one in the receiver buffer register.
                fifo.clear();
                fifo.put(value, errorBits);
                lineErrors |= errorBits;
            }
            return;
        }
        fifo.put(value, errorBits);
        if (fifo.count() == 1) {
            lineErrors |= errorBits;
        }
        timeoutPending = false;
        restartCharacterTimeout();
    }

    /** The timeout runs only where it can cause an interrupt. */
    private void restartCharacterTimeout() {
        if (fifoEnabled && fifo.count() != 0 && (ier & IER_RDI) != 0) {
            scheduler.schedule(characterTimeout, clock.cycles() + characterCycles(4));
        } else {
            scheduler.cancel(characterTimeout);
        }
    }

    /** The time of some characters (start, data, parity and stop bits) in cycles. */
    private long characterCycles(int characters) {
        int halfBits = 2 * (1 + 5 + (lcr & 3)) + ((lcr & 0x08) != 0 ? 2 : 0);
        if ((lcr & 0x04) == 0) {
            halfBits += 2;
        } else {
            halfBits += (lcr & 3) == 0 ? 3 : 4;
        }
        long clocks = 8L * characters * halfBits * (divisor == 0 ? 0x10000 : divisor);
        return clocks * VirtualClock.CYCLES_PER_SECOND / CRYSTAL_HZ;
    }

    @Override
    public int read(int offset, int size) {
        passTransmitterEmpty();
        int value;
        switch (offset) {
            case 0:
                value = (lcr & LCR_DLAB) != 0 ? divisor & 0xFF : readReceived();
                break;
            case 1:
                value = (lcr & LCR_DLAB) != 0 ? divisor >> 8 : ier;
                break;
            case 2:
                value = interruptIdentification();
                if (value == IIR_THRI) {
                    transmitInterrupt = false;
                }
                value |= fifoEnabled ? 0xC0 : 0;
                idlePolls = 0;
                break;
            case 3:
                return lcr;
            case 4:
                return mcr;
            case 5:
                value = readLineStatus();
                break;
            case 6:
                value = modemInputs() | modemDeltas;
                modemDeltas = 0;
                break;
            default:
                return scratch;
        }
        finishAccess();
        return value;
    }

    private int readReceived() {
        if (fifo.count() != 0) {
            lastReceived = fifo.take();
            lineErrors |= fifo.firstErrors();
            timeoutPending = false;
            restartCharacterTimeout();
        }
        return lastReceived;
    }

    private int readLineStatus() {
        long now = clock.cycles();
        int value = lineErrors;
        if (fifo.count() != 0) {
            value |= LSR_DR;
        }
        if (now >= transmitEmptyAt) {
            value |= LSR_THRE;
            if (now >= transmitEmptyAt + TRANSMIT_CYCLES) {
                value |= LSR_TEMT;
            }
        }
        if (fifoEnabled && fifo.hasErrors()) {
            value |= LSR_FIFO_ERROR;
        }
        lineErrors = 0;
        fifo.clearFirstErrors();
        if ((value & (LSR_DR | LSR_THRE)) == LSR_THRE && idlePolls < POLLS_TO_BE_WAITING) {
            idlePolls++;
        }
        return value;
    }

    private int interruptIdentification() {
        if ((ier & IER_RLSI) != 0 && lineErrors != 0) {
            return IIR_RLSI;
        }
        if ((ier & IER_RDI) != 0) {
            if (fifo.count() >= (fifoEnabled ? trigger : 1)) {
                return IIR_RDI;
            }
            if (timeoutPending) {
                return IIR_TIMEOUT;
            }
        }
        if ((ier & IER_THRI) != 0 && transmitInterrupt) {
            return IIR_THRI;
        }
        if ((ier & IER_MSI) != 0 && modemDeltas != 0) {
            return 0x00;
        }
        return IIR_NONE;
    }

    @Override
    public void write(int offset, int size, int value) {
        passTransmitterEmpty();
        switch (offset) {
            case 0:
                if ((lcr & LCR_DLAB) != 0) {
                    divisor = (divisor & 0xFF00) | value;
                } else {
                    transmit(value);
                }
                break;
            case 1:
                if ((lcr & LCR_DLAB) != 0) {
                    divisor = (divisor & 0x00FF) | value << 8;
                } else {
                    writeInterruptEnable(value & 0x0F);
                }
                break;
            case 2:
                writeFifoControl(value);
                break;
            case 3:
                if (((lcr ^ value) & LCR_BREAK) != 0 && (mcr & MCR_LOOP) == 0) {
                    backend.transmitBreak((value & LCR_BREAK) != 0);
                }
                lcr = value;
                break;
            case 4:
                writeModemControl(value & 0x1F);
                break;
            case 7:
                scratch = value;
                break;
            default: // LSR and MSR: "not recommended", for factory tests
                break;
        }
        finishAccess();
    }

    private void transmit(int value) {
        long now = clock.cycles();
        // A guest that does not wait for THRE fills the FIFO; the byte gets out all the same.
        transmitEmptyAt =
                Math.min(
                        Math.max(now, transmitEmptyAt) + TRANSMIT_CYCLES,
                        now + (long) TRANSMIT_CYCLES * ReceiveFifo.SIZE);
        transmitInterrupt = false;
        idlePolls = 0;
        if ((ier & IER_THRI) != 0) {
            scheduler.schedule(transmitterEmpty, transmitEmptyAt);
        }
        if ((mcr & MCR_LOOP) != 0) {
            accept(value, 0);
        } else {
            backend.transmit(value);
        }
    }

    private void writeInterruptEnable(int value) {
        int risen = value & ~ier;
        ier = value;
        if ((risen & IER_THRI) != 0) {
            if (clock.cycles() >= transmitEmptyAt) {
                transmitInterrupt = true;
            } else {
                scheduler.schedule(transmitterEmpty, transmitEmptyAt);
            }
        } else if ((value & IER_THRI) == 0) {
            transmitInterrupt = false;
            scheduler.cancel(transmitterEmpty);
        }
        if ((risen & IER_RDI) != 0) {
            restartCharacterTimeout();
        } else if ((value & IER_RDI) == 0) {
            timeoutPending = false;
            scheduler.cancel(characterTimeout);
        }
    }

    private void writeFifoControl(int value) {
        boolean enable = (value & 0x01) != 0;
        boolean changed = enable != fifoEnabled;
        fifoEnabled = enable;
        if (changed || (enable && (value & 0x02) != 0)) {
            fifo.clear();
            timeoutPending = false;
            scheduler.cancel(characterTimeout);
        }
        if (enable) {
            // A reset of the transmitter FIFO (bit 2) finds nothing: the bytes are out already.
            trigger = TRIGGER_LEVELS[value >> 6];
        }
    }

    private void writeModemControl(int value) {
        int before = modemInputs();
        mcr = value;
        rtsSeen |= (value & (MCR_RTS | MCR_LOOP)) == MCR_RTS;
        noteModemChange(before);
    }

    /** Changes DCD, RI, DSR and CTS (bits 7 to 4) at the connector. */
    public void setModemInputs(int levels) {
        int before = modemInputs();
        modemInputs = levels & 0xF0;
        noteModemChange(before);
        finishAccess();
    }

    /** MSR bits 4 to 7; in loopback DTR, RTS, OUT1 and OUT2 are wired to DSR, CTS, RI and DCD. */
    private int modemInputs() {
        if ((mcr & MCR_LOOP) == 0) {
            return modemInputs;
        }
        return (mcr & 0x01) << 5 | (mcr & 0x02) << 3 | (mcr & 0x04) << 4 | (mcr & 0x08) << 4;
    }

    private void noteModemChange(int before) {
        int now = modemInputs();
        int changed = before ^ now;
        // RI counts only when it ends (TERI).
        modemDeltas |= (changed & 0xB0) >> 4 | (before & ~now & 0x40) >> 4;
    }

    /** The event and an access that comes after its cycle, but before it was run, do the same. */
    private void passTransmitterEmpty() {
        if (transmitterEmpty.isScheduled() && transmitterEmpty.deadline() <= clock.cycles()) {
            scheduler.cancel(transmitterEmpty);
            transmitInterrupt = true;
        }
    }

    private void finishAccess() {
        updateIrq();
        boolean room = receiveRoom() > 0;
        if (room != roomSeen) {
            roomSeen = room;
            if (room) {
                backend.receiveReady();
            }
        }
    }

    private void updateIrq() {
        irq.set((mcr & (MCR_OUT2 | MCR_LOOP)) == MCR_OUT2 && interruptIdentification() != IIR_NONE);
    }

    @Override
    public void reset() {
        if ((lcr & LCR_BREAK) != 0) {
            backend.transmitBreak(false);
        }
        scheduler.cancel(transmitterEmpty);
        scheduler.cancel(characterTimeout);
        powerOn();
        updateIrq();
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(name, 1);
        writer.writeInt(ier);
        writer.writeInt(lcr);
        writer.writeInt(mcr);
        writer.writeInt(scratch);
        writer.writeInt(divisor);
        writer.writeBoolean(fifoEnabled);
        writer.writeInt(trigger);
        writer.writeInt(modemInputs);
        writer.writeInt(modemDeltas);
        writer.writeInt(lineErrors);
        writer.writeInt(lastReceived);
        writer.writeBoolean(timeoutPending);
        writer.writeLong(transmitEmptyAt);
        writer.writeBoolean(transmitInterrupt);
        writer.writeBoolean(rtsSeen);
        writer.writeInt(idlePolls);
        fifo.save(writer);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(name, 1);
        ier = reader.readInt(0, 0x0F);
        lcr = reader.readInt(0, 0xFF);
        mcr = reader.readInt(0, 0x1F);
        scratch = reader.readInt(0, 0xFF);
        divisor = reader.readInt(0, 0xFFFF);
        fifoEnabled = reader.readBoolean();
        trigger = reader.readInt(1, 14);
        modemInputs = reader.readInt(0, 0xF0) & 0xF0;
        modemDeltas = reader.readInt(0, 0x0F);
        lineErrors = reader.readInt(0, 0x1E) & 0x1E;
        lastReceived = reader.readInt(0, 0xFF);
        timeoutPending = reader.readBoolean();
        transmitEmptyAt = reader.readLong(-TRANSMIT_CYCLES, Long.MAX_VALUE / 2);
        transmitInterrupt = reader.readBoolean();
        rtsSeen = reader.readBoolean();
        idlePolls = reader.readInt(0, POLLS_TO_BE_WAITING);
        fifo.load(reader);
        reader.endSection();
        roomSeen = receiveRoom() > 0;
    }

    private final class TransmitterEmpty extends TimedEvent {
        TransmitterEmpty(String name) {
            super(name);
        }

        @Override
        public void fire(long deadline) {
            transmitInterrupt = true;
            updateIrq();
        }
    }

    private final class CharacterTimeout extends TimedEvent {
        CharacterTimeout(String name) {
            super(name);
        }

        @Override
        public void fire(long deadline) {
            timeoutPending = true;
            updateIrq();
        }
    }
}
