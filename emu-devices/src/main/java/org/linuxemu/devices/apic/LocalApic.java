package org.linuxemu.devices.apic;

import org.linuxemu.core.bus.MmioDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.irq.InterruptRequestListener;
import org.linuxemu.core.irq.InterruptSource;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.irq.LocalInterruptController;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.VirtualClock;

/**
 * The local APIC of the only processor, in xAPIC mode (SDM vol. 3A, "Advanced Programmable
 * Interrupt Controller"): a page of 32-bit registers at multiples of 16, which does not move with
 * IA32_APIC_BASE. The 8259A pair is on LINT0, NMI on LINT1. With the APIC globally disabled the
 * pair drives the processor directly.
 */
public final class LocalApic implements LocalInterruptController, MmioDevice, Stateful, Resettable {
    /** Bytes in the window. */
    public static final int WINDOW_SIZE = 0x1000;

    private static final String SECTION = "apic";

    /** Version 14h, six LVT entries, no suppression of EOI broadcasts. */
    private static final int VERSION = 0x00050014;

    private static final int TIMER = 0;
    private static final int THERMAL = 1;
    private static final int PERFORMANCE = 2;
    private static final int LINT0 = 3;
    private static final int LINT1 = 4;
    private static final int ERROR = 5;
    private static final int LVT_COUNT = 6;

    /** Writable bits of each LVT entry. */
    private static final int[] LVT_WRITABLE = {
        0x700FF, 0x107FF, 0x107FF, 0x1A7FF, 0x1A7FF, 0x100FF
    };

    private static final int LVT_MASKED = 0x10000;
    private static final int LVT_LEVEL = 0x8000;
    private static final int LVT_REMOTE_IRR = 0x4000;
    private static final int SVR_ENABLED = 0x100;
    private static final int ESR_SEND_ILLEGAL_VECTOR = 0x20;
    private static final int ESR_RECEIVE_ILLEGAL_VECTOR = 0x40;
    private static final int ESR_ILLEGAL_REGISTER = 0x80;
    private static final int BROADCAST = 0xFF;

    private final InterruptSource pic;
    private final IrqLine nmi;
    private final LocalApicTimer timer;
    private final VectorSet irr = new VectorSet();
    private final VectorSet isr = new VectorSet();
    private final VectorSet tmr = new VectorSet();
    private final int[] lvt = new int[LVT_COUNT];
    private InterruptRequestListener listener;
    private IoApic ioApic;

    private boolean globallyEnabled;
    private int id;
    private int taskPriority;
    private int logicalDestination;
    private int destinationFormat;
    private int spuriousVector;
    private int errorStatus;

    /** Errors since the last write to ESR. */
    private int newErrors;

    private int icrLow;
    private int icrHigh;
    private boolean lint1Level;
    private boolean extIntByIoApic;

    /** Last level told to the listener. */
    private boolean pending;

    /**
     * An APIC in front of the 8259A pair, whose listener it becomes.
     *
     * @param nmi the processor's NMI input, pulsed for each NMI
     */
    public LocalApic(
            VirtualClock clock, EventScheduler scheduler, InterruptSource pic, IrqLine nmi) {
        this.pic = pic;
        this.nmi = nmi;
        timer = new LocalApicTimer(clock, scheduler, this);
        pic.setListener(new PicListener());
        powerOn();
    }

    /** Named once by the I/O APIC that is to hear of EOIs. */
    void connect(IoApic ioApic) {
        this.ioApic = ioApic;
    }

    private void powerOn() {
        globallyEnabled = true;
        id = 0;
        extIntByIoApic = false;
        softReset();
    }

    /**
     * State after INIT: all but the ID and the global enable (SDM, "Local APIC state after...").
     */
    private void softReset() {
        irr.clear();
        isr.clear();
        tmr.clear();
        for (int i = 0; i < LVT_COUNT; i++) {
            lvt[i] = LVT_MASKED;
        }
        taskPriority = 0;
        logicalDestination = 0;
        destinationFormat = -1;
        spuriousVector = 0xFF;
        errorStatus = 0;
        newErrors = 0;
        icrLow = 0;
        icrHigh = 0;
        timer.powerOn();
    }

    /**
     * Puts the APIC into virtual wire mode, in which PC firmware leaves it (MP specification 1.4,
     * 3.6.2.2): software-enabled, 8259A interrupts pass through LINT0, NMI through LINT1.
     */
    public void enterVirtualWireMode() {
        spuriousVector = SVR_ENABLED | 0x0F;
        lvt[LINT0] = DeliveryMode.EXT_INT << 8;
        lvt[LINT1] = DeliveryMode.NMI << 8;
        update();
    }

    // The processor's side.

    @Override
    public boolean isPending() {
        if (!globallyEnabled) {
            return pic.isPending();
        }
        return deliverable() >= 0 || extIntPending();
    }

    @Override
    public int acknowledge() {
        int vector;
        if (!globallyEnabled) {
            vector = pic.acknowledge();
        } else {
            vector = deliverable();
            if (vector >= 0) {
                irr.remove(vector);
                isr.add(vector);
            } else if (extIntPending()) {
                vector = pic.acknowledge();
            } else {
                vector = spuriousVector & 0xFF;
            }
        }
        update();
        return vector;
    }

    @Override
    public void setListener(InterruptRequestListener listener) {
        this.listener = listener;
    }

    @Override
    public int taskPriorityClass() {
        return taskPriority >> 4;
    }

    @Override
    public void setTaskPriorityClass(int priorityClass) {
        taskPriority = (priorityClass & 15) << 4;
        update();
    }

    @Override
    public void setGloballyEnabled(boolean enabled) {
        if (globallyEnabled && !enabled) {
            softReset();
        }
        globallyEnabled = enabled;
        update();
    }

    @Override
    public long tscDeadline() {
        timer.passDue();
        return timer.tscDeadline();
    }

    @Override
    public void setTscDeadline(long cycle) {
        timer.passDue();
        timer.setTscDeadline(cycle);
    }

    private boolean softwareEnabled() {
        return (spuriousVector & SVR_ENABLED) != 0;
    }

    /** The highest request above the processor priority, or -1. */
    private int deliverable() {
        int vector = irr.highest();
        return vector >= 0 && vector >> 4 > processorPriority() >> 4 ? vector : -1;
    }

    private int processorPriority() {
        int inService = Math.max(0, isr.highest());
        return taskPriority >> 4 >= inService >> 4 ? taskPriority : inService & 0xF0;
    }

    private boolean extIntPending() {
        if (!pic.isPending()) {
            return false;
        }
        boolean byLint0 = (lvt[LINT0] & (LVT_MASKED | 0x700)) == DeliveryMode.EXT_INT << 8;
        return byLint0 || extIntByIoApic;
    }

    private void update() {
        boolean now = isPending();
        if (now != pending) {
            pending = now;
            if (listener != null) {
                listener.interruptRequestChanged(now);
            }
        }
    }

    // The bus side.

    /**
     * A message on the interrupt bus.
     *
     * @return whether this APIC took it
     */
    boolean deliver(int destination, boolean logical, int mode, int vector, boolean level) {
        if (!globallyEnabled || !(logical ? matchesLogical(destination) : matches(destination))) {
            return false;
        }
        switch (mode) {
            case DeliveryMode.FIXED:
            case DeliveryMode.LOWEST_PRIORITY:
                return accept(vector, level);
            case DeliveryMode.NMI:
                pulseNmi();
                return true;
            default: // SMI, INIT, start-up: this machine has one processor, and it is running
                return false;
        }
    }

    /** An I/O APIC entry passes on the 8259A pair's requests, or no longer does. */
    void setExtIntByIoApic(boolean passed) {
        extIntByIoApic = passed;
        update();
    }

    private boolean matches(int destination) {
        return destination == id || destination == BROADCAST;
    }

    private boolean matchesLogical(int destination) {
        int mine = logicalDestination >>> 24;
        if (destination == BROADCAST) {
            return true;
        }
        if (destinationFormat >>> 28 == 0xF) {
            return (mine & destination) != 0;
        }
        return (mine & destination & 0x0F) != 0
                && (mine >> 4 == destination >> 4 || destination >> 4 == 0x0F);
    }

    private boolean accept(int vector, boolean level) {
        if (!softwareEnabled()) {
            return false;
        }
        if (vector < 16) {
            raiseError(ESR_RECEIVE_ILLEGAL_VECTOR);
            return true;
        }
        irr.add(vector);
        if (level) {
            tmr.add(vector);
        } else {
            tmr.remove(vector);
        }
        update();
        return true;
    }

    private void pulseNmi() {
        nmi.set(true);
        nmi.set(false);
    }

    private void raiseError(int bit) {
        boolean first = (newErrors & bit) == 0;
        newErrors |= bit;
        if (first) {
            deliverLocal(ERROR, DeliveryMode.FIXED);
        }
    }

    void timerExpired() {
        deliverLocal(TIMER, DeliveryMode.FIXED);
    }

    private void deliverLocal(int entry, int mode) {
        int value = lvt[entry];
        if ((value & LVT_MASKED) != 0) {
            return;
        }
        if (mode == DeliveryMode.FIXED) {
            // An illegal vector in the error entry itself must not raise errors without end.
            if (entry != ERROR || (value & 0xFF) >= 16) {
                accept(value & 0xFF, (value & LVT_LEVEL) != 0);
            }
        } else if (mode == DeliveryMode.NMI) {
            pulseNmi();
        }
    }

    /** The wire to LINT1, NMI by convention. */
    public IrqLine lint1() {
        return new Lint1();
    }

    private void setLint1(boolean asserted) {
        boolean rising = asserted && !lint1Level;
        lint1Level = asserted;
        if (rising && globallyEnabled) {
            deliverLocal(LINT1, (lvt[LINT1] >> 8) & 7);
        } else if (rising) {
            pulseNmi();
        }
    }

    /** LINT0 as a fixed interrupt; ExtINT mode is looked at where it is acknowledged. */
    private void picChanged(boolean asserted) {
        int value = lvt[LINT0];
        if (globallyEnabled && ((value >> 8) & 7) != DeliveryMode.EXT_INT && asserted) {
            if ((value & LVT_LEVEL) == 0) {
                deliverLocal(LINT0, (value >> 8) & 7);
            } else if ((value & (LVT_REMOTE_IRR | LVT_MASKED)) == 0) {
                deliverLocal(LINT0, (value >> 8) & 7);
                lvt[LINT0] |= LVT_REMOTE_IRR;
            }
        }
        update();
    }

    // The registers.

    @Override
    public long read(long offset, int size) {
        if (!globallyEnabled) {
            return -1; // nobody answers
        }
        timer.passDue();
        int register = (int) offset >> 4 & 0xFF;
        int shift = 8 * ((int) offset & 3);
        if ((offset & 0xC) != 0) {
            return 0;
        }
        return (readRegister(register) & 0xFFFFFFFFL) >>> shift;
    }

    private int readRegister(int register) {
        if (register >= 0x10 && register < 0x18) {
            return isr.word(register - 0x10);
        }
        if (register >= 0x18 && register < 0x20) {
            return tmr.word(register - 0x18);
        }
        if (register >= 0x20 && register < 0x28) {
            return irr.word(register - 0x20);
        }
        if (register >= 0x32 && register < 0x38) {
            return lvt[register - 0x32];
        }
        switch (register) {
            case 0x02:
                return id << 24;
            case 0x03:
                return VERSION;
            case 0x08:
                return taskPriority;
            case 0x09: // arbitration priority: of one processor, its own
            case 0x0A:
                return processorPriority();
            case 0x0B: // EOI
                return 0;
            case 0x0D:
                return logicalDestination;
            case 0x0E:
                return destinationFormat;
            case 0x0F:
                return spuriousVector;
            case 0x28:
                return errorStatus;
            case 0x30:
                return icrLow;
            case 0x31:
                return icrHigh;
            case 0x38:
                return timer.initialCount();
            case 0x39:
                return (int) timer.currentCount();
            case 0x3E:
                return timer.divideConfiguration();
            default:
                raiseError(ESR_ILLEGAL_REGISTER);
                return 0;
        }
    }

    @Override
    public void write(long offset, int size, long value) {
        // Only aligned 32-bit accesses are defined; narrower ones are dropped.
        if ((offset & 0xF) == 0 && size >= 4 && globallyEnabled) {
            timer.passDue();
            writeRegister((int) offset >> 4 & 0xFF, (int) value);
            update();
        }
    }

    private void writeRegister(int register, int value) {
        if (register >= 0x32 && register < 0x38) {
            writeLvt(register - 0x32, value);
            return;
        }
        switch (register) {
            case 0x02:
                id = value >>> 24;
                break;
            case 0x08:
                taskPriority = value & 0xFF;
                break;
            case 0x0B:
                endOfInterrupt();
                break;
            case 0x0D:
                logicalDestination = value & 0xFF000000;
                break;
            case 0x0E:
                destinationFormat = value | 0x0FFFFFFF;
                break;
            case 0x0F:
                writeSpuriousVector(value);
                break;
            case 0x28:
                errorStatus = newErrors;
                newErrors = 0;
                break;
            case 0x30:
                icrLow = value & 0x000CCFFF;
                sendInterrupt();
                break;
            case 0x31:
                icrHigh = value & 0xFF000000;
                break;
            case 0x38:
                timer.setInitialCount(value);
                break;
            case 0x3E:
                timer.setDivideConfiguration(value);
                break;
            case 0x03: // read-only registers
            case 0x09:
            case 0x0A:
            case 0x39:
                break;
            default:
                raiseError(ESR_ILLEGAL_REGISTER);
                break;
        }
    }

    private void writeLvt(int entry, int value) {
        int kept = (value & LVT_WRITABLE[entry]) | (lvt[entry] & LVT_REMOTE_IRR);
        if (!softwareEnabled()) {
            kept |= LVT_MASKED;
        }
        lvt[entry] = kept;
        if (entry == TIMER) {
            configureTimer();
        } else if (entry == LINT0) {
            if ((kept & LVT_LEVEL) == 0) {
                lvt[LINT0] &= ~LVT_REMOTE_IRR;
            } else {
                picChanged(pic.isPending());
            }
        }
    }

    private void configureTimer() {
        int mode = (lvt[TIMER] >> 17) & 3;
        // Mode 3 is reserved; it does nothing here.
        boolean masked = (lvt[TIMER] & LVT_MASKED) != 0 || mode == 3;
        timer.configure(mode == 3 ? LocalApicTimer.ONE_SHOT : mode, masked);
    }

    private void writeSpuriousVector(int value) {
        spuriousVector = value & 0x3FF;
        if (!softwareEnabled()) {
            for (int i = 0; i < LVT_COUNT; i++) {
                lvt[i] |= LVT_MASKED;
            }
            configureTimer();
        }
    }

    private void endOfInterrupt() {
        int vector = isr.highest();
        if (vector < 0) {
            return;
        }
        isr.remove(vector);
        if (tmr.contains(vector)) {
            if ((lvt[LINT0] & LVT_REMOTE_IRR) != 0 && (lvt[LINT0] & 0xFF) == vector) {
                lvt[LINT0] &= ~LVT_REMOTE_IRR;
                picChanged(pic.isPending());
            }
            if (ioApic != null) {
                ioApic.endOfInterrupt(vector);
            }
        }
    }

    private void sendInterrupt() {
        int mode = (icrLow >> 8) & 7;
        int vector = icrLow & 0xFF;
        if (mode <= DeliveryMode.LOWEST_PRIORITY && vector < 16) {
            raiseError(ESR_SEND_ILLEGAL_VECTOR);
            return;
        }
        switch ((icrLow >> 18) & 3) {
            case 0:
                deliver(icrHigh >>> 24, (icrLow & 0x800) != 0, mode, vector, false);
                break;
            case 1: // self
            case 2: // all including self
                deliver(id, false, mode, vector, false);
                break;
            default: // all excluding self: nobody
                break;
        }
    }

    @Override
    public void reset() {
        powerOn();
        update();
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        irr.save(writer);
        isr.save(writer);
        tmr.save(writer);
        for (int value : lvt) {
            writer.writeInt(value);
        }
        writer.writeBoolean(globallyEnabled);
        writer.writeInt(id);
        writer.writeInt(taskPriority);
        writer.writeInt(logicalDestination);
        writer.writeInt(destinationFormat);
        writer.writeInt(spuriousVector);
        writer.writeInt(errorStatus);
        writer.writeInt(newErrors);
        writer.writeInt(icrLow);
        writer.writeInt(icrHigh);
        writer.writeBoolean(lint1Level);
        writer.writeBoolean(extIntByIoApic);
        writer.writeBoolean(pending);
        timer.save(writer);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        irr.load(reader);
        isr.load(reader);
        tmr.load(reader);
        for (int i = 0; i < LVT_COUNT; i++) {
            lvt[i] = reader.readInt(0, 0x7FFFF);
        }
        globallyEnabled = reader.readBoolean();
        id = reader.readInt(0, 0xFF);
        taskPriority = reader.readInt(0, 0xFF);
        logicalDestination = reader.readInt();
        destinationFormat = reader.readInt();
        spuriousVector = reader.readInt(0, 0x3FF);
        errorStatus = reader.readInt(0, 0xFF);
        newErrors = reader.readInt(0, 0xFF);
        icrLow = reader.readInt();
        icrHigh = reader.readInt();
        lint1Level = reader.readBoolean();
        extIntByIoApic = reader.readBoolean();
        pending = reader.readBoolean();
        timer.load(reader);
        reader.endSection();
    }

    private final class PicListener implements InterruptRequestListener {
        @Override
        public void interruptRequestChanged(boolean asserted) {
            picChanged(asserted);
        }
    }

    private final class Lint1 implements IrqLine {
        @Override
        public void set(boolean asserted) {
            setLint1(asserted);
        }
    }
}
