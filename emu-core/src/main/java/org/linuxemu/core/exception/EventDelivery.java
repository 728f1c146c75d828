package org.linuxemu.core.exception;

import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;
import org.linuxemu.core.state.SegmentRegister;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers exceptions and interrupts through the IVT, IDT and TSS (SDM Vol. 3, chapter 6).
 *
 * <p>On entry {@code state.rip} is the address to push: the instruction itself for a fault, the
 * next one for a trap or an interrupt. Delivery is all or nothing: registers change only when
 * nothing can fault any more. Memory below the new stack's pointer may have been written by then,
 * as on real processors.
 */
public final class EventDelivery {
    /** What brought the event about: decides the EXT bit, the check of the gate's DPL and RF. */
    private static final int EXCEPTION = 0;

    private static final int EXTERNAL = 1;
    private static final int SOFTWARE = 2;

    /** INT1: not checked against the gate's DPL, and external to the program in error codes. */
    private static final int PRIVILEGED_SOFTWARE = 3;

    /**
     * A chain of exceptions in exceptions ends by the double fault's rules; this is for #AC, which
     * has none.
     */
    private static final int MAX_CHAIN = 16;

    private static final int IDT_BIT = 2;

    private final CpuState state;
    private final Mmu mmu;
    private final CpuException fault;
    private final StackFrame frame;
    private final InnerStack innerStack;
    private boolean taskSwitchReported;

    public EventDelivery(CpuState state, Mmu mmu) {
        this.state = state;
        this.mmu = mmu;
        this.fault = mmu.fault();
        this.frame = new StackFrame(state, mmu);
        this.innerStack = new InnerStack(state, mmu);
    }

    /** For far calls through gates. */
    public StackFrame frame() {
        return frame;
    }

    /** For far calls through gates. */
    public InnerStack innerStack() {
        return innerStack;
    }

    /** Delivers the exception that was thrown. As {@link #deliverException(int, int, long)}. */
    public boolean deliverException(CpuException e) {
        return deliverException(e.vector(), e.errorCode(), e.address());
    }

    /**
     * Delivers an exception and, if that faults, what follows from it (SDM Vol. 3, table 6-5).
     *
     * @param errorCode ignored for vectors without one
     * @param address linear address of a page fault, for CR2
     * @return false on a triple fault: the processor shuts down, registers as before (CR2 aside)
     */
    public boolean deliverException(int vector, int errorCode, long address) {
        if (vector == CpuException.PF) {
            state.cr2 = address;
        }
        return deliverChain(vector, EXCEPTION, errorCode);
    }

    /** Delivers a maskable external interrupt; false on a triple fault. */
    public boolean deliverInterrupt(int vector) {
        return deliverChain(vector, EXTERNAL, 0);
    }

    /** Delivers an NMI and blocks further ones until IRET; false on a triple fault. */
    public boolean deliverNmi() {
        state.nmiBlocked = true;
        return deliverChain(CpuException.NMI, EXTERNAL, 0);
    }

    /**
     * Delivers INT n, INT3 or INTO; {@code state.rip} is the next instruction.
     *
     * @throws CpuException a fault of the instruction, nothing changed
     */
    public void deliverSoftware(int vector) {
        enter(vector, SOFTWARE, 0, false);
    }

    /** Delivers INT1 (ICEBP): a debug trap without check of privilege. */
    public void deliverInt1() {
        enter(CpuException.DB, PRIVILEGED_SOFTWARE, 0, false);
    }

    /** Says once that the guest asked for a hardware task switch, which does not exist here. */
    public void reportTaskSwitch(String how) {
        if (!taskSwitchReported) {
            taskSwitchReported = true;
            log().warn(
                            "guest asks for a hardware task switch by {}: unsupported, raises an exception",
                            how);
        }
    }

    private static Logger log() {
        return LoggerFactory.getLogger(EventDelivery.class);
    }

    private boolean deliverChain(int firstVector, int firstKind, int firstErrorCode) {
        int vector = firstVector;
        int kind = firstKind;
        int errorCode = firstErrorCode;
        for (int i = 0; i < MAX_CHAIN; i++) {
            try {
                enter(
                        vector,
                        kind,
                        errorCode,
                        kind == EXCEPTION && CpuException.hasErrorCode(vector));
                return true;
            } catch (CpuException second) {
                // Every page fault found updates CR2, also one that ends as a double fault (SDM
                // Vol. 3, 6.15).
                if (second.vector() == CpuException.PF) {
                    state.cr2 = second.address();
                }
                if (kind == EXCEPTION && vector == CpuException.DF) {
                    return false;
                }
                if (kind == EXCEPTION && isDoubleFault(vector, second.vector())) {
                    vector = CpuException.DF;
                    errorCode = 0;
                } else {
                    vector = second.vector();
                    errorCode = second.errorCode();
                }
                kind = EXCEPTION;
            }
        }
        return false;
    }

    /** Whether a fault during delivery of another makes a double fault (SDM Vol. 3, table 6-5). */
    static boolean isDoubleFault(int first, int second) {
        if (isContributory(first)) {
            return isContributory(second);
        }
        return first == CpuException.PF && (second == CpuException.PF || isContributory(second));
    }

    private static boolean isContributory(int vector) {
        return vector == CpuException.DE
                || (vector >= CpuException.TS && vector <= CpuException.GP);
    }

    /**
     * Whether the saved image of EFLAGS has RF set (SDM Vol. 3, 17.3.1.1): faults other than debug
     * exceptions.
     */
    private static boolean setsResume(int vector) {
        switch (vector) {
            case CpuException.DB:
            case CpuException.NMI:
            case CpuException.BP:
            case CpuException.OF:
            case CpuException.DF:
            case CpuException.MC:
                return false;
            default:
                return true;
        }
    }

    private void enter(int vector, int kind, int errorCode, boolean hasErrorCode) {
        long flags = state.rflags();
        if (kind == EXCEPTION && setsResume(vector)) {
            flags |= Rflags.RF;
        }
        if (!state.protectedMode()) {
            enterReal(vector, kind, flags);
        } else if (state.longMode()) {
            enterLong(vector, kind, flags, errorCode, hasErrorCode);
        } else {
            enterProtected(vector, kind, flags, errorCode, hasErrorCode);
        }
        state.halted = false;
        state.interruptShadow = false;
        state.movSsShadow = false;
        if (vector == CpuException.DB && kind == EXCEPTION) {
            state.dr[7] &= ~0x2000L; // general detect is off in the handler (SDM Vol. 3, 17.2.4)
        }
        mmu.updateContext();
    }

    private int gateError(int vector, int kind) {
        return vector << 3 | IDT_BIT | ext(kind);
    }

    private static int ext(int kind) {
        return kind == SOFTWARE ? 0 : 1;
    }

    // ---- real-address mode ----

    private void enterReal(int vector, int kind, long flags) {
        if (vector * 4 + 3 > state.idtrLimit) {
            throw fault.generalProtection(gateError(vector, kind));
        }
        long entry = mmu.readSystem(Descriptors.wrap(state, state.idtrBase + vector * 4L), 4);
        frame.clear();
        frame.push(flags & 0xFFFF);
        frame.push(state.cs().selector);
        frame.push(state.rip & 0xFFFF);
        long sp = frame.write(state.ss(), state.regs[CpuState.RSP], 2, state.cpl, 0);
        setStackPointer(sp);
        state.systemFlags &= ~(Rflags.IF | Rflags.TF | Rflags.AC | Rflags.RF);
        Descriptors.loadReal(state, 1, (int) (entry >>> 16) & 0xFFFF);
        state.rip = entry & 0xFFFF;
    }

    /** Takes over a stack pointer that {@link StackFrame} has computed for the current SS. */
    private void setStackPointer(long sp) {
        if (state.ss().defaultBig()) {
            state.regs[CpuState.RSP] = sp & 0xFFFFFFFFL;
        } else {
            state.regs[CpuState.RSP] = (state.regs[CpuState.RSP] & ~0xFFFFL) | (sp & 0xFFFF);
        }
    }

    // ---- protected mode ----

    private void enterProtected(
            int vector, int kind, long flags, int errorCode, boolean hasErrorCode) {
        if (vector * 8 + 7 > state.idtrLimit) {
            throw fault.generalProtection(gateError(vector, kind));
        }
        long gate = mmu.readSystem(Descriptors.wrap(state, state.idtrBase + vector * 8L), 8);
        int type = Descriptors.type(gate);
        boolean known =
                type == Descriptors.TASK_GATE
                        || type == Descriptors.INTERRUPT_GATE16
                        || type == Descriptors.TRAP_GATE16
                        || type == Descriptors.INTERRUPT_GATE
                        || type == Descriptors.TRAP_GATE;
        checkGate(vector, kind, gate, known);
        if (type == Descriptors.TASK_GATE) {
            reportTaskSwitch("a task gate in the IDT");
            throw fault.generalProtection(gateError(vector, kind));
        }
        int ext = ext(kind);
        int selector = Descriptors.gateSelector(gate);
        long address = codeAddress(selector, ext);
        long code = readCode(address, selector, ext);
        int size = type >= Descriptors.INTERRUPT_GATE ? 4 : 2;
        long offset = Descriptors.gateOffset(gate) & (size == 4 ? 0xFFFFFFFFL : 0xFFFF);
        boolean v86 = state.virtual8086();
        int newCpl = Descriptors.isConforming(code) ? state.cpl : Descriptors.dpl(code);
        boolean inner = newCpl < state.cpl;
        if (v86 && newCpl != 0) {
            throw fault.generalProtection((selector & 0xFFFC) | ext);
        }
        frame.clear();
        long sp;
        if (inner) {
            innerStack.find(newCpl, ext);
            if (v86) {
                frame.push(state.segments[5].selector);
                frame.push(state.segments[4].selector);
                frame.push(state.segments[3].selector);
                frame.push(state.segments[0].selector);
            }
            frame.push(state.ss().selector);
            frame.push(state.regs[CpuState.RSP]);
        }
        frame.push(flags);
        frame.push(state.cs().selector);
        frame.push(state.rip);
        if (hasErrorCode) {
            frame.push(errorCode);
        }
        if (offset > Descriptors.limit(code)) {
            throw fault.generalProtection(ext);
        }
        Descriptors.setAccessed(mmu, address, code);
        if (inner) {
            innerStack.markAccessed();
            SegmentRegister ss = innerStack.segment;
            sp = frame.write(ss, innerStack.pointer, size, newCpl, (ss.selector & 0xFFFC) | ext);
        } else {
            sp = frame.write(state.ss(), state.regs[CpuState.RSP], size, newCpl, ext);
        }
        // Nothing faults from here on.
        enterHandler((type & 1) == 0);
        if (v86) {
            Descriptors.loadNull(state, 0, 0);
            Descriptors.loadNull(state, 3, 0);
            Descriptors.loadNull(state, 4, 0);
            Descriptors.loadNull(state, 5, 0);
        }
        state.cpl = newCpl;
        Descriptors.load(state, 1, (selector & 0xFFFC) | newCpl, code);
        if (inner) {
            state.ss().copyFrom(innerStack.segment);
            state.regs[CpuState.RSP] = sp & 0xFFFFFFFFL;
        } else {
            setStackPointer(sp);
        }
        state.rip = offset;
    }

    private void checkGate(int vector, int kind, long gate, boolean known) {
        if (!known || !Descriptors.isSystem(gate)) {
            throw fault.generalProtection(gateError(vector, kind));
        }
        if (kind == SOFTWARE && Descriptors.dpl(gate) < state.cpl) {
            throw fault.generalProtection(gateError(vector, kind));
        }
        if (!Descriptors.present(gate)) {
            throw fault.raise(CpuException.NP, gateError(vector, kind));
        }
    }

    private long codeAddress(int selector, int ext) {
        if (Descriptors.isNull(selector)) {
            throw fault.generalProtection(ext);
        }
        long address = Descriptors.address(state, selector);
        if (address == Descriptors.OUTSIDE) {
            throw fault.generalProtection((selector & 0xFFFC) | ext);
        }
        return address;
    }

    private long readCode(long address, int selector, int ext) {
        long code = mmu.readSystem(address, 8);
        if (Descriptors.isSystem(code)
                || !Descriptors.isCode(code)
                || Descriptors.dpl(code) > state.cpl) {
            throw fault.generalProtection((selector & 0xFFFC) | ext);
        }
        if (!Descriptors.present(code)) {
            throw fault.raise(CpuException.NP, (selector & 0xFFFC) | ext);
        }
        return code;
    }

    private void enterHandler(boolean interruptGate) {
        state.systemFlags &=
                ~(Rflags.TF | Rflags.NT | Rflags.RF | Rflags.VM | (interruptGate ? Rflags.IF : 0));
    }

    // ---- long mode ----

    private void enterLong(int vector, int kind, long flags, int errorCode, boolean hasErrorCode) {
        if (vector * 16 + 15 > state.idtrLimit) {
            throw fault.generalProtection(gateError(vector, kind));
        }
        long gate = mmu.readSystem(state.idtrBase + vector * 16L, 8);
        long high = mmu.readSystem(state.idtrBase + vector * 16L + 8, 8);
        int type = Descriptors.type(gate);
        checkGate(
                vector,
                kind,
                gate,
                type == Descriptors.INTERRUPT_GATE || type == Descriptors.TRAP_GATE);
        int ext = ext(kind);
        int selector = Descriptors.gateSelector(gate);
        long address = codeAddress(selector, ext);
        long code = readCode(address, selector, ext);
        if (!Descriptors.isLong(code) || Descriptors.isBig(code)) {
            throw fault.generalProtection((selector & 0xFFFC) | ext);
        }
        long offset = Descriptors.gateOffset(gate) | high << 32;
        int newCpl = Descriptors.isConforming(code) ? state.cpl : Descriptors.dpl(code);
        boolean inner = newCpl < state.cpl;
        int ist = (int) (gate >>> 32) & 7;
        long sp;
        if (ist != 0) {
            innerStack.findLong(28 + 8 * ist, ext);
            sp = innerStack.pointer;
        } else if (inner) {
            innerStack.findLong(4 + 8 * newCpl, ext);
            sp = innerStack.pointer;
        } else {
            sp = state.regs[CpuState.RSP];
        }
        if (!Descriptors.isCanonical(offset)) {
            throw fault.generalProtection(ext);
        }
        frame.clear();
        frame.push(state.ss().selector);
        frame.push(state.regs[CpuState.RSP]);
        frame.push(flags);
        frame.push(state.cs().selector);
        frame.push(state.rip);
        if (hasErrorCode) {
            frame.push(errorCode & 0xFFFFFFFFL);
        }
        Descriptors.setAccessed(mmu, address, code);
        sp = frame.writeLong(sp & ~15L, 8, newCpl, ext);
        // Nothing faults from here on.
        enterHandler(type == Descriptors.INTERRUPT_GATE);
        state.cpl = newCpl;
        Descriptors.load(state, 1, (selector & 0xFFFC) | newCpl, code);
        if (inner) {
            Descriptors.loadNullStack(state, newCpl);
        }
        state.regs[CpuState.RSP] = sp;
        state.rip = offset;
    }
}
