package org.linuxemu.gdbstub.target;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.gdbstub.target.GdbRegister.Source;

/**
 * A register layout and its XML. The layout of a connection never changes, whatever mode the
 * processor is in, so the debugger's idea of a packet's length never becomes wrong.
 *
 * <p>Manual: "Debugging with GDB", appendix "Target Descriptions", section "i386 Features".
 */
public final class TargetDescription {
    private final List<GdbRegister> registers = new ArrayList<>();
    private final StringBuilder xml = new StringBuilder(12_000);
    private final int expedited;
    private final int packetBytes;

    private TargetDescription(Arch arch, boolean avx) {
        xml.append("<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n");
        xml.append("<target version=\"1.0\">\n");
        if (arch == Arch.X86_64) {
            expedited = 18;
            amd64(avx);
        } else {
            expedited = 10;
            i8086();
        }
        xml.append("</target>\n");
        int bytes = 0;
        for (GdbRegister register : registers) {
            bytes += register.bytes();
        }
        packetBytes = bytes;
    }

    /** Layouts that can be offered. */
    public enum Arch {
        /** 64-bit registers in every mode: the default. */
        X86_64,
        /** 32-bit registers for people who disassemble 16-bit code. */
        I8086
    }

    /** Builds a layout. */
    public static TargetDescription of(Arch arch, boolean avx) {
        return new TargetDescription(arch, avx);
    }

    /** The whole description. */
    public String xml() {
        return xml.toString();
    }

    /** Number of registers. */
    public int size() {
        return registers.size();
    }

    /** Register by the debugger's number. */
    public GdbRegister register(int number) {
        return registers.get(number);
    }

    /**
     * How many registers, from number 0 on, every stop reply carries: general purpose, PC and
     * flags.
     */
    public int expedited() {
        return expedited;
    }

    /** Bytes of all registers together. */
    public int packetBytes() {
        return packetBytes;
    }

    private void amd64(boolean avx) {
        xml.append("<architecture>i386:x86-64</architecture>\n<osabi>GNU/Linux</osabi>\n");
        core();
        sse(16);
        feature("org.gnu.gdb.i386.linux");
        add(GdbRegister.made("orig_rax", Source.ORIG_RAX, 8, "int", "system"));
        endFeature();
        feature("org.gnu.gdb.i386.segments");
        add(GdbRegister.of("fs_base", DebugRegister.FS_BASE, "int", null));
        add(GdbRegister.of("gs_base", DebugRegister.GS_BASE, "int", null));
        endFeature();
        if (avx) {
            avx();
        }
        system();
    }

    private void core() {
        feature("org.gnu.gdb.i386.core");
        eflagsType();
        for (int i = 0; i < 16; i++) {
            DebugRegister register = DebugRegister.RAX.plus(i);
            boolean pointer = register == DebugRegister.RBP || register == DebugRegister.RSP;
            add(
                    GdbRegister.of(
                            lowerName(register), register, pointer ? "data_ptr" : "int64", null));
        }
        add(GdbRegister.made("rip", Source.LINEAR_PC, 8, "code_ptr", null));
        add(GdbRegister.of("eflags", DebugRegister.EFLAGS, "i386_eflags", null));
        segmentsAndX87();
        endFeature();
    }

    private void segmentsAndX87() {
        for (int i = 0; i < 6; i++) {
            DebugRegister register = DebugRegister.CS.plus(i);
            add(GdbRegister.of(lowerName(register), register, "int32", null));
        }
        for (int i = 0; i < 8; i++) {
            DebugRegister register = DebugRegister.ST0.plus(i);
            add(GdbRegister.of(lowerName(register), register, "i387_ext", null));
        }
        for (int i = 0; i < 8; i++) {
            DebugRegister register = DebugRegister.FCTRL.plus(i);
            add(GdbRegister.of(lowerName(register), register, "int", "float"));
        }
    }

    private void sse(int count) {
        feature("org.gnu.gdb.i386.sse");
        vectorType("v8bf16", "bfloat16", 8);
        vectorType("v4f", "ieee_single", 4);
        vectorType("v2d", "ieee_double", 2);
        vectorType("v16i8", "int8", 16);
        vectorType("v8i16", "int16", 8);
        vectorType("v4i32", "int32", 4);
        vectorType("v2i64", "int64", 2);
        xml.append("<union id=\"vec128\">");
        field("v8_bfloat16", "v8bf16");
        field("v4_float", "v4f");
        field("v2_double", "v2d");
        field("v16_int8", "v16i8");
        field("v8_int16", "v8i16");
        field("v4_int32", "v4i32");
        field("v2_int64", "v2i64");
        field("uint128", "uint128");
        xml.append("</union>\n");
        flags(
                "i386_mxcsr",
                4,
                "IE 0 DE 1 ZE 2 OE 3 UE 4 PE 5 DAZ 6 IM 7 DM 8 ZM 9 OM 10 UM 11 PM 12 FZ 15");
        for (int i = 0; i < count; i++) {
            DebugRegister register = DebugRegister.XMM0.plus(i);
            add(GdbRegister.of(lowerName(register), register, "vec128", null));
        }
        add(GdbRegister.of("mxcsr", DebugRegister.MXCSR, "i386_mxcsr", "vector"));
        endFeature();
    }

    private void avx() {
        feature("org.gnu.gdb.i386.avx");
        for (int i = 0; i < 16; i++) {
            DebugRegister register = DebugRegister.YMM0H.plus(i);
            add(GdbRegister.of(lowerName(register), register, "uint128", null));
        }
        endFeature();
    }

    /** SDM volume 3, sections 2.5 (control registers) and 2.2.1 (EFER). */
    private void system() {
        feature("org.linuxemu.system");
        flags("x64_cr0", 8, "PE 0 MP 1 EM 2 TS 3 ET 4 NE 5 WP 16 AM 18 NW 29 CD 30 PG 31");
        flags(
                "x64_cr4",
                8,
                "VME 0 PVI 1 TSD 2 DE 3 PSE 4 PAE 5 MCE 6 PGE 7 PCE 8 OSFXSR 9 OSXMMEXCPT 10 UMIP 11 LA57 12"
                        + " VMXE 13 SMXE 14 FSGSBASE 16 PCIDE 17 OSXSAVE 18 KL 19 SMEP 20 SMAP 21 PKE 22 CET 23 PKS 24");
        flags("x64_efer", 8, "SCE 0 LME 8 LMA 10 NXE 11 SVME 12 LMSLE 13 FFXSR 14 TCE 15");
        add(GdbRegister.of("k_gs_base", DebugRegister.K_GS_BASE, "int64", "system"));
        add(GdbRegister.of("cr0", DebugRegister.CR0, "x64_cr0", "system"));
        add(GdbRegister.of("cr2", DebugRegister.CR2, "data_ptr", "system"));
        add(GdbRegister.of("cr3", DebugRegister.CR3, "int64", "system"));
        add(GdbRegister.of("cr4", DebugRegister.CR4, "x64_cr4", "system"));
        add(GdbRegister.of("cr8", DebugRegister.CR8, "int64", "system"));
        add(GdbRegister.of("efer", DebugRegister.EFER, "x64_efer", "system"));
        // Plain integers: flags types cannot be used in conditions evaluated here.
        add(GdbRegister.made("pgd", Source.PGD, 8, "int64", "system"));
        add(GdbRegister.made("cpl", Source.CPL, 8, "int64", "system"));
        endFeature();
    }

    private void i8086() {
        xml.append("<architecture>i8086</architecture>\n");
        feature("org.gnu.gdb.i386.core");
        eflagsType();
        DebugRegister[] order = {
            DebugRegister.RAX,
            DebugRegister.RCX,
            DebugRegister.RDX,
            DebugRegister.RBX,
            DebugRegister.RSP,
            DebugRegister.RBP,
            DebugRegister.RSI,
            DebugRegister.RDI
        };
        for (DebugRegister register : order) {
            boolean pointer = register == DebugRegister.RBP || register == DebugRegister.RSP;
            String name = 'e' + lowerName(register).substring(1);
            add(GdbRegister.narrow(name, register, 4, pointer ? "data_ptr" : "int32"));
        }
        add(GdbRegister.made("eip", Source.LINEAR_PC, 4, "code_ptr", null));
        add(GdbRegister.of("eflags", DebugRegister.EFLAGS, "i386_eflags", null));
        segmentsAndX87();
        endFeature();
        sse(8);
    }

    private void eflagsType() {
        flags(
                "i386_eflags",
                4,
                "CF 0 @ 1 PF 2 AF 4 ZF 6 SF 7 TF 8 IF 9 DF 10 OF 11 NT 14 RF 16 VM 17 AC 18 VIF 19 VIP 20 ID 21");
    }

    private void feature(String name) {
        xml.append("<feature name=\"").append(name).append("\">\n");
    }

    private void endFeature() {
        xml.append("</feature>\n");
    }

    private void add(GdbRegister register) {
        xml.append("<reg name=\"").append(register.name());
        xml.append("\" bitsize=\"").append(register.bytes() * 8);
        xml.append("\" type=\"").append(register.type());
        xml.append("\" regnum=\"").append(registers.size());
        if (register.group() != null) {
            xml.append("\" group=\"").append(register.group());
        }
        xml.append("\"/>\n");
        registers.add(register);
    }

    /** A flags type from "NAME bit NAME bit ..."; the name {@code @} stands for none. */
    private void flags(String id, int size, String fields) {
        xml.append("<flags id=\"").append(id).append("\" size=\"").append(size).append("\">");
        int at = 0;
        while (at < fields.length()) {
            int space = fields.indexOf(' ', at);
            int end = fields.indexOf(' ', space + 1);
            if (end < 0) {
                end = fields.length();
            }
            String name = fields.substring(at, space);
            String bit = fields.substring(space + 1, end);
            xml.append("<field name=\"").append(name.equals("@") ? "" : name);
            xml.append("\" start=\"").append(bit).append("\" end=\"").append(bit).append("\"/>");
            at = end + 1;
        }
        xml.append("</flags>\n");
    }

    private void vectorType(String id, String type, int count) {
        xml.append("<vector id=\"").append(id).append("\" type=\"").append(type);
        xml.append("\" count=\"").append(count).append("\"/>\n");
    }

    private void field(String name, String type) {
        xml.append("<field name=\"").append(name).append("\" type=\"").append(type).append("\"/>");
    }

    private static String lowerName(DebugRegister register) {
        return register.name().toLowerCase(Locale.ROOT);
    }
}
