package org.linuxemu.core.exec;

import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.InstructionDecoder;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.exception.EventDelivery;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;
import org.linuxemu.core.state.Rflags;
import org.linuxemu.core.state.SegmentRegister;
import org.linuxemu.core.time.VirtualClock;

/**
 * A processor without engine, with tables built by hand, for tests that execute single privileged
 * instructions. Linear addresses 0-2 MiB are mapped one to one, user and writable, until a test
 * says otherwise.
 */
final class TestProcessor {
    static final int GDT = 0x8000;
    static final int IDT = 0x9000;
    static final int TSS = 0xA000;
    static final int LDT = 0xB000;
    static final int KERNEL_STACK = 0x11000;
    static final int IST1 = 0x13000;
    static final int RING1_STACK = 0x15000;
    static final int USER_STACK = 0x17000;
    static final int DATA = 0x20000;
    static final int CODE = 0x30000;
    static final int HANDLER = 0x40000;
    static final int PML4 = 0x1000;
    static final int PAGE_TABLE = 0x4000;
    static final int PDPT32 = 0x5000;

    // Selectors, RPL zero.
    static final int CODE64 = 0x08;
    static final int DATA0 = 0x10;
    static final int USER_CODE32 = 0x18;
    static final int USER_DATA = 0x20;
    static final int USER_CODE64 = 0x28;
    static final int TASK = 0x30;
    static final int CODE32 = 0x40;
    static final int LDT_SELECTOR = 0x48;
    static final int CONFORMING = 0x58;
    static final int ABSENT_DATA = 0x60;
    static final int READ_ONLY = 0x68;
    static final int EXECUTE_ONLY = 0x70;
    static final int GATE = 0x78;
    static final int CODE32_RING1 = 0x88;
    static final int DATA_RING1 = 0x90;
    static final int CODE16 = 0x98;
    static final int GATE32 = 0xA0;
    static final int ABSENT_CODE64 = 0xA8;
    static final int USER_DATA16 = 0xB0;
    static final int TASK16 = 0xB8;
    static final int TASK_GATE = 0xC0;
    static final int EXPAND_DOWN = 0xC8;
    static final int GDT_LIMIT = 0xFF;

    // Access bytes.
    static final int ACCESS_CODE = 0x9A;
    static final int ACCESS_DATA = 0x92;
    static final int DPL3 = 0x60;

    final CpuState s = new CpuState();
    final PhysicalMemory ram = new PhysicalMemory(4 << 20, 4 << 20);
    final AddressSpace memory = new AddressSpace(ram);
    final CpuException fault = new CpuException();
    final Mmu mmu = new Mmu(s, memory, fault);
    final EventDelivery delivery = new EventDelivery(s, mmu);
    final IoPortBus ports = new IoPortBus();
    final VirtualClock clock = new VirtualClock();
    final ExecContext c;

    /** Outcome of the last {@link #run}: vector and error code, -1 if there was no fault. */
    int vector;

    int error;
    long address;

    private TestProcessor(CpuModel model) {
        mmu.setListener(
                new Mmu.AccessListener() {
                    @Override
                    public void beforeSpecialAccess() {}

                    @Override
                    public boolean watches(long linear, int size, boolean write) {
                        return false;
                    }

                    @Override
                    public void watchedAccess(long linear, int size, boolean write) {}
                });
        c = new ExecContext(s, mmu, delivery, ports, clock, model, new RandomSource(1));
        buildTables();
    }

    /** As after reset, CS:IP at 0:CODE's low half, stack at 0:8000h. */
    static TestProcessor real() {
        TestProcessor p = new TestProcessor(CpuModel.max());
        p.s.segments[1].set(0x3000, CODE, 0xFFFF, 0x9B);
        p.s.rip = 0;
        p.s.regs[CpuState.RSP] = 0x7000;
        p.s.idtrBase = 0;
        p.s.idtrLimit = 0x3FF;
        return p;
    }

    /** 64-bit mode at CPL 0. */
    static TestProcessor long64() {
        return long64(CpuModel.max());
    }

    static TestProcessor long64(CpuModel model) {
        TestProcessor p = new TestProcessor(model);
        p.s.cr0 = 0x80010033L;
        p.s.cr4 = 0x20;
        p.s.cr3 = PML4;
        p.s.efer = Efer.LME | Efer.LMA | Efer.SCE | Efer.NXE;
        p.loadCode(CODE64);
        p.s.segments[2].set(DATA0, 0, 0xFFFFFFFFL, 0xC093);
        p.common(KERNEL_STACK);
        p.s.tr.set(TASK, TSS, 0x67 + 8, 0x8B);
        p.put(TSS + 4, 8, KERNEL_STACK);
        p.put(TSS + 36, 8, IST1);
        return p;
    }

    /** 32-bit protected mode without paging at CPL 0. */
    static TestProcessor protected32() {
        TestProcessor p = new TestProcessor(CpuModel.max());
        p.s.cr0 = 0x11;
        p.loadCode(CODE32);
        p.s.segments[2].set(DATA0, 0, 0xFFFFFFFFL, 0xC093);
        p.common(KERNEL_STACK);
        p.s.tr.set(TASK, TSS, 0x67 + 8, 0x8B);
        p.put(TSS + 4, 4, KERNEL_STACK);
        p.put(TSS + 8, 4, DATA0);
        p.put(TSS + 12, 4, RING1_STACK);
        p.put(TSS + 16, 4, DATA_RING1 | 1);
        return p;
    }

    private void common(int stack) {
        s.gdtrBase = GDT;
        s.gdtrLimit = GDT_LIMIT;
        s.idtrBase = IDT;
        s.idtrLimit = 0xFFF;
        s.rip = CODE;
        s.regs[CpuState.RSP] = stack;
        for (int i : new int[] {0, 3, 4, 5}) {
            s.segments[i].set(DATA0, 0, 0xFFFFFFFFL, 0xC093);
        }
        mmu.updateContext();
    }

    /** Continues at CPL 3: 64-bit code in long mode, else 32-bit. */
    TestProcessor user() {
        s.cpl = 3;
        loadCode((s.longMode() ? USER_CODE64 : USER_CODE32) | 3);
        for (int i : new int[] {0, 2, 3, 4, 5}) {
            s.segments[i].set(USER_DATA | 3, 0, 0xFFFFFFFFL, 0xC0F3);
        }
        s.regs[CpuState.RSP] = USER_STACK;
        mmu.updateContext();
        return this;
    }

    /** Continues in compatibility mode at CPL 3. */
    TestProcessor compatibility() {
        user();
        loadCode(USER_CODE32 | 3);
        return this;
    }

    /** Continues in virtual-8086 mode at 3000:0000 with the stack at 1700:0000. */
    TestProcessor virtual8086(int iopl) {
        s.cpl = 3;
        s.systemFlags |= Rflags.VM | iopl << 12;
        int[] selectors = {0x2000, 0x3000, 0x1600, 0x2001, 0x2002, 0x2003};
        for (int i = 0; i < 6; i++) {
            s.segments[i].set(selectors[i], 0, 0xFFFF, 0xF3);
            s.setSegmentBase(i, selectors[i] << 4);
        }
        s.rip = 0;
        s.regs[CpuState.RSP] = 0x1000;
        mmu.updateContext();
        return this;
    }

    /** Loads CS from the GDT without any check. */
    void loadCode(int selector) {
        long d = get(GDT + (selector & 0xFFF8), 8);
        s.cs().loadDescriptor(selector, (int) d, (int) (d >>> 32));
        s.cs().attributes |= SegmentRegister.ACCESSED;
    }

    private void buildTables() {
        put(PML4, 8, 0x2007);
        put(0x2000, 8, 0x3007);
        put(0x3000, 8, PAGE_TABLE | 7);
        put(PDPT32, 8, 0x3001);
        for (int i = 0; i < 512; i++) {
            put(PAGE_TABLE + 8 * i, 8, (long) i << 12 | 7);
        }
        descriptor(CODE64, 0, 0xFFFFF, ACCESS_CODE, 0xA);
        descriptor(DATA0, 0, 0xFFFFF, ACCESS_DATA, 0xC);
        descriptor(USER_CODE32, 0, 0xFFFFF, ACCESS_CODE | DPL3, 0xC);
        descriptor(USER_DATA, 0, 0xFFFFF, ACCESS_DATA | DPL3, 0xC);
        descriptor(USER_CODE64, 0, 0xFFFFF, ACCESS_CODE | DPL3, 0xA);
        descriptor(TASK, TSS, 0x6F, 0x89, 0);
        descriptor(CODE32, 0, 0xFFFFF, ACCESS_CODE, 0xC);
        descriptor(LDT_SELECTOR, LDT, 0x1F, 0x82, 0);
        descriptor(CONFORMING, 0, 0xFFFFF, 0x9E, 0xA);
        descriptor(ABSENT_DATA, 0, 0xFFFFF, 0x12, 0xC);
        descriptor(READ_ONLY, 0, 0xFFFFF, 0x90, 0xC);
        descriptor(EXECUTE_ONLY, 0, 0xFFFFF, 0x98, 0xC);
        descriptor(CODE32_RING1, 0, 0xFFFFF, ACCESS_CODE | 0x20, 0xC);
        descriptor(DATA_RING1, 0, 0xFFFFF, ACCESS_DATA | 0x20, 0xC);
        descriptor(CODE16, 0, 0xFFFF, ACCESS_CODE, 0);
        descriptor(ABSENT_CODE64, 0, 0xFFFFF, 0x1A, 0xA);
        descriptor(USER_DATA16, 0, 0xFFFF, ACCESS_DATA | DPL3, 0);
        descriptor(TASK16, TSS, 0x2B, 0x81, 0);
        put(GDT + TASK_GATE, 8, 0x0000E500_00300000L);
        descriptor(EXPAND_DOWN, 0, 0xF, 0x96, 0xC);
    }

    void descriptor(int selector, long base, long limit, int access, int flags) {
        put(GDT + selector, 8, pack(base, limit, access, flags));
    }

    static long pack(long base, long limit, int access, int flags) {
        return (limit & 0xFFFF)
                | (base & 0xFFFFFF) << 16
                | (long) access << 40
                | (limit >>> 16 & 0xF) << 48
                | (long) flags << 52
                | (base >>> 24 & 0xFF) << 56;
    }

    /** Writes an IDT entry of the mode: type with present bit and DPL, e.g. 0x8E, 0xEE. */
    void gate(int number, int access, int selector, long offset, int ist) {
        long low =
                (offset & 0xFFFF)
                        | (long) selector << 16
                        | (long) ist << 32
                        | (long) access << 40
                        | (offset >>> 16 & 0xFFFF) << 48;
        if (s.longMode()) {
            put(IDT + 16 * number, 8, low);
            put(IDT + 16 * number + 8, 8, offset >>> 32);
        } else {
            put(IDT + 8 * number, 8, low);
        }
    }

    void put(long physical, int size, long value) {
        memory.write(physical, size, value);
    }

    long get(long physical, int size) {
        return memory.read(physical, size);
    }

    /** The {@code n}th value of eight (long mode), four or two bytes above the stack pointer. */
    long stack(int n, int size) {
        long base = s.is64Bit() ? 0 : s.ss().base;
        return get(base + s.regs[CpuState.RSP] + (long) n * size, size);
    }

    /** Makes a page of the identity map absent, or present again. */
    void map(long linear, long entry) {
        put(PAGE_TABLE + (linear >>> 12) * 8, 8, entry);
        mmu.flushAll();
    }

    /** All registers that an instruction must leave as they are when it faults. */
    String snapshot() {
        StringBuilder b = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            b.append(Long.toHexString(s.regs[i])).append(' ');
        }
        b.append(Long.toHexString(s.rip))
                .append(' ')
                .append(Long.toHexString(s.rflags()))
                .append(' ')
                .append(s.cpl);
        for (int i = 0; i < 8; i++) {
            SegmentRegister r = i < 6 ? s.segments[i] : i == 6 ? s.ldtr : s.tr;
            b.append(' ')
                    .append(Integer.toHexString(r.selector))
                    .append(':')
                    .append(Long.toHexString(r.base));
            b.append(':')
                    .append(Long.toHexString(r.limit))
                    .append(':')
                    .append(Integer.toHexString(r.attributes));
        }
        b.append(' ').append(Long.toHexString(s.cr0)).append(' ').append(Long.toHexString(s.cr3));
        b.append(' ').append(Long.toHexString(s.cr4)).append(' ').append(Long.toHexString(s.efer));
        return b.toString();
    }

    /**
     * Executes one instruction as an engine does; a fault is not delivered but kept in {@link
     * #vector} and {@link #error}, with all registers as before.
     *
     * @return this, so that a test can look at the outcome
     */
    TestProcessor run(int... code) {
        byte[] bytes = new byte[code.length];
        for (int i = 0; i < code.length; i++) {
            bytes[i] = (byte) code[i];
        }
        Instruction i = new Instruction();
        int length = new InstructionDecoder().decode(bytes, 0, bytes.length, s.codeSize(), i);
        if (length != bytes.length) {
            throw new AssertionError("decoded " + length + " of " + bytes.length + " bytes");
        }
        vector = error = -1;
        String before = snapshot();
        long start = s.rip;
        c.instructionRip = start;
        s.rip = c.nextRip(i);
        try {
            execute(i);
        } catch (CpuException e) {
            vector = e.vector();
            error = e.errorCode();
            address = e.address();
            s.rip = start;
            String after = snapshot();
            if (!after.equals(before)) {
                throw new AssertionError(
                        "fault " + vector + " changed state:\n" + before + "\n" + after);
            }
        }
        return this;
    }

    /** Whether the operations under test include this instruction. */
    static boolean executes(Instruction i) {
        switch (i.mnemonic.family) {
            case SEGMENT:
            case SYSTEM:
            case BRANCH:
                return true;
            default:
                return i.mnemonic == Mnemonic.MOV
                        && (isSystemRegister(i.operand0) || isSystemRegister(i.operand1));
        }
    }

    private static boolean isSystemRegister(int operand) {
        int kind = Operand.kind(operand);
        return kind == Operand.SEGMENT || kind == Operand.CONTROL || kind == Operand.DEBUG;
    }

    private void execute(Instruction i) {
        if (i.mnemonic == Mnemonic.INVALID || !c.model.has(i.entry.feature)) {
            throw c.invalidOpcode();
        }
        switch (i.mnemonic.family) {
            case SEGMENT:
                SegmentOps.execute(c, i);
                break;
            case SYSTEM:
                SystemOps.execute(c, i);
                break;
            case BRANCH:
                FarOps.execute(c, i);
                break;
            case FPSTATE:
                FpStateOps.execute(c, i);
                break;
            default:
                move(i);
                break;
        }
    }

    private void move(Instruction i) {
        if (Operand.kind(i.operand0) == Operand.SEGMENT) {
            SegmentOps.moveToSegment(c, i);
        } else if (Operand.kind(i.operand1) == Operand.SEGMENT) {
            SegmentOps.moveFromSegment(c, i);
        } else if (Operand.kind(i.operand0) == Operand.CONTROL) {
            ControlRegisterOps.moveToControl(c, i);
        } else if (Operand.kind(i.operand1) == Operand.CONTROL) {
            ControlRegisterOps.moveFromControl(c, i);
        } else if (Operand.kind(i.operand0) == Operand.DEBUG) {
            ControlRegisterOps.moveToDebug(c, i);
        } else {
            ControlRegisterOps.moveFromDebug(c, i);
        }
    }
}
