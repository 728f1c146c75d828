package org.linuxemu.cli.monitor;

import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;
import org.linuxemu.core.state.SegmentRegister;

/** All registers of a processor as text, laid out as QEMU does. */
public final class RegisterDump {
    private static final String[] NAMES = {
        "RAX", "RBX", "RCX", "RDX", "RSI", "RDI", "RBP", "RSP", "R8 ", "R9 ", "R10", "R11", "R12",
        "R13", "R14", "R15"
    };
    private static final int[] NUMBERS = {
        CpuState.RAX,
        CpuState.RBX,
        CpuState.RCX,
        CpuState.RDX,
        CpuState.RSI,
        CpuState.RDI,
        CpuState.RBP,
        CpuState.RSP,
        8,
        9,
        10,
        11,
        12,
        13,
        14,
        15
    };
    private static final String[] SEGMENTS = {"ES ", "CS ", "SS ", "DS ", "FS ", "GS "};

    private final StringBuilder text = new StringBuilder(4096);
    private final CpuState state;
    private final int width;

    private RegisterDump(CpuState state) {
        this.state = state;
        this.width = state.longMode() ? 16 : 8;
    }

    /** The general registers, segments, descriptor tables and control registers, several lines. */
    public static String general(CpuState state) {
        RegisterDump dump = new RegisterDump(state);
        dump.generalRegisters();
        dump.segments();
        dump.controlRegisters();
        return dump.text.toString();
    }

    /** Everything, floating-point and vector registers too. */
    public static String all(CpuState state) {
        RegisterDump dump = new RegisterDump(state);
        dump.generalRegisters();
        dump.segments();
        dump.controlRegisters();
        dump.floatingPoint();
        dump.vectors();
        return dump.text.toString();
    }

    private void generalRegisters() {
        int count = width == 16 ? 16 : 8;
        for (int i = 0; i < count; i++) {
            String name = width == 16 ? NAMES[i] : "E" + NAMES[i].substring(1);
            field(name, state.regs[NUMBERS[i]], width, i % 4 == 3 ? '\n' : ' ');
        }
        long flags = state.rflags();
        field(width == 16 ? "RIP" : "EIP", state.rip, width, ' ');
        text.append(width == 16 ? "RFL=" : "EFL=");
        Hex.append(text, flags, 8).append(" [");
        flag(flags, Rflags.DF, 'D');
        flag(flags, Rflags.OF, 'O');
        flag(flags, Rflags.SF, 'S');
        flag(flags, Rflags.ZF, 'Z');
        flag(flags, Rflags.AF, 'A');
        flag(flags, Rflags.PF, 'P');
        flag(flags, Rflags.CF, 'C');
        text.append("] CPL=").append(state.cpl);
        text.append(" II=").append(state.interruptShadow ? 1 : 0);
        text.append(" HLT=").append(state.halted ? 1 : 0).append('\n');
    }

    private void flag(long flags, int bit, char letter) {
        text.append((flags & bit) != 0 ? letter : '-');
    }

    private void segments() {
        for (int i = 0; i < SEGMENTS.length; i++) {
            segment(SEGMENTS[i], state.segments[i]);
        }
        segment("LDT", state.ldtr);
        segment("TR ", state.tr);
        table("GDT", state.gdtrBase, state.gdtrLimit);
        table("IDT", state.idtrBase, state.idtrLimit);
    }

    private void segment(String name, SegmentRegister segment) {
        text.append(name).append('=');
        Hex.append(text, segment.selector, 4).append(' ');
        Hex.append(text, segment.base, width).append(' ');
        Hex.append(text, segment.limit, 8).append(' ');
        Hex.append(text, segment.attributes, 4);
        if (segment.usable()) {
            text.append(" DPL=").append(segment.dpl()).append(' ').append(kind(segment));
        }
        text.append('\n');
    }

    private static String kind(SegmentRegister segment) {
        int type = segment.attributes & SegmentRegister.TYPE;
        if ((segment.attributes & SegmentRegister.NOT_SYSTEM) == 0) {
            switch (type) {
                case 2:
                    return "LDT";
                case 9:
                    return "TSS-avl";
                case 11:
                    return "TSS-busy";
                default:
                    return "type " + type;
            }
        }
        StringBuilder kind = new StringBuilder();
        if (segment.isCode()) {
            boolean is64 = (segment.attributes & SegmentRegister.LONG) != 0;
            kind.append(is64 ? "CS64 [" : segment.defaultBig() ? "CS32 [" : "CS16 [");
            kind.append((type & SegmentRegister.CONFORMING) != 0 ? 'C' : '-');
            kind.append((type & SegmentRegister.READABLE) != 0 ? 'R' : '-');
        } else {
            kind.append(segment.defaultBig() ? "DS   [" : "DS16 [");
            kind.append((type & SegmentRegister.EXPAND_DOWN) != 0 ? 'E' : '-');
            kind.append((type & SegmentRegister.WRITABLE) != 0 ? 'W' : '-');
        }
        kind.append((type & SegmentRegister.ACCESSED) != 0 ? "A]" : "-]");
        return kind.toString();
    }

    private void table(String name, long base, int limit) {
        text.append(name).append("=     ");
        Hex.append(text, base, width).append(' ');
        Hex.append(text, limit & 0xFFFF, 8).append('\n');
    }

    private void controlRegisters() {
        field("CR0", state.cr0, 8, ' ');
        field("CR2", state.cr2, width, ' ');
        field("CR3", state.cr3, width, ' ');
        field("CR4", state.cr4, 8, ' ');
        field("CR8", state.cr8, 1, '\n');
        for (int i = 0; i < 4; i++) {
            field("DR" + i, state.dr[i], width, i == 3 ? '\n' : ' ');
        }
        field("DR6", state.dr[6], width, ' ');
        field("DR7", state.dr[7], width, '\n');
        field("EFER", state.efer, 16, '\n');
    }

    private void floatingPoint() {
        int status = state.fpStatus & ~0x3800 | state.fpTop << 11;
        text.append("FCW=");
        Hex.append(text, state.fpControl, 4).append(" FSW=");
        Hex.append(text, status, 4).append(" [ST=").append(state.fpTop).append("] FTW=");
        Hex.append(text, ~state.fpEmpty & 0xFF, 2).append(" MXCSR=");
        Hex.append(text, state.mxcsr, 8).append('\n');
        for (int i = 0; i < 8; i++) {
            text.append("FPR").append(i).append('=');
            Hex.append(text, state.fpSignificand[i], 16).append(' ');
            Hex.append(text, state.fpSignExponent[i], 4).append(i % 2 == 1 ? '\n' : ' ');
        }
    }

    private void vectors() {
        int count = width == 16 ? 16 : 8;
        for (int i = 0; i < count; i++) {
            text.append("XMM")
                    .append((char) ('0' + i / 10))
                    .append((char) ('0' + i % 10))
                    .append('=');
            Hex.append(text, state.vectors[4 * i + 1], 16);
            Hex.append(text, state.vectors[4 * i], 16).append(i % 2 == 1 ? '\n' : ' ');
        }
    }

    private void field(String name, long value, int digits, char end) {
        text.append(name).append('=');
        Hex.append(text, value, digits).append(end);
    }
}
