/* Protected mode of 32 bits, 16-bit segments and virtual-8086 mode (SDM Vol. 3, chapters 5, 6 and 20). */
#include "guest.h"

CODE(load_fs, "mov %eax,%fs");
CODE(load_ss, "mov %eax,%ss");
CODE(read1, "mov %eax,%fs; cmpb $0,%fs:(%ebx)");
CODE(read4, "mov %eax,%fs; cmpl $0,%fs:(%ebx)");
CODE(write1, "mov %eax,%fs; mov %al,%fs:(%ebx)");
CODE(write4, "mov %eax,%fs; mov %ecx,%fs:(%ebx)");
CODE(cs_read, "cmpb $0,%cs:(%ebx)");
CODE(cs_write, "mov %al,%cs:(%ebx)");
CODE(stack, "mov %eax,%ss; mov %ebx,%esp; push %ecx");
CODE(stack_pop, "mov %eax,%ss; mov %ebx,%esp; pop %ecx; mov $0xC0C0,%ecx");
CODE(stack_bp, "mov %eax,%ss; mov %ebx,%ebp; cmpb $0,(%ebp)");
CODE(null_use, "xor %eax,%eax; mov %eax,%fs; cmpb $0,%fs:(%ebx)");
CODE(movs, "mov %eax,%es; mov %ebx,%edi; mov $4,%ecx; rep stosb");
CODE(query, "lar %ax,%ecx; jz 1f; xor %ecx,%ecx; 1: and $0xfff0ffff,%ecx; lsl %ax,%edx; jz 1f; xor %edx,%edx; 1: verr %ax; setz %bl; verw %ax; setz %bh");
CODE(arpl_it, "arpl %cx,%ax");
CODE(bound_it, "bound %ecx,(%ebx)");
CODE(into_it, "mov $0x7fffffff,%edi; add $1,%edi; into");
CODE(into_not, "xor %edi,%edi; into");
CODE(int40, "int $0x40");
CODE(gate_call, "push $0x11111111; push $0x22222222; lcall *(%ebx)");
CODE(gate_jump, "ljmp *(%ebx)");
CODE(iret_it, "iret");
CODE(lret_it, "lret");
CODE(nop, "nop");
CODE(popf_it, "push %edx; popf; pushf; pop %eax");
CODE(cli_it, "cli");
CODE(in_it, "in $0xE8,%al");
CODE(params, "mov (%esp),%eax; mov 8(%esp),%ecx; mov 12(%esp),%edx");
CODE(sysenter_it, "sysenter");
CODE(sysexit_it, "sysexit");
CODE(syscall_it, "syscall");
CODE(lldt_it, "lldt %ax");
CODE(ltr_it, "ltr %ax");

/* Of 16 bits, for virtual-8086 mode: copied to V86 and ended by INT3. */
#define CODE16(name, code) CODE(name, ".code16; " code "; int3; .code32")
CODE16(v_nop, "nop");
CODE16(v_int40, "int $0x40");
CODE16(v_into, "mov $0x7fff,%ax; add $1,%ax; into");
CODE16(v_cli, "cli");
CODE16(v_sti, "sti; nop; cli");
CODE16(v_pushf, "pushf; pop %ax");
CODE16(v_popf, "push $0x202; popf; pushf; pop %ax");
CODE16(v_iret, "pushf; push %cs; push $1f-v_iret; iret; 1: nop");
CODE16(v_hlt, "hlt");
CODE16(v_in, "in $0xE8,%al");
CODE16(v_out, "mov $0xE8,%dx; out %ax,%dx");
CODE16(v_cr0, "mov %cr0,%eax");
CODE16(v_smsw, "smsw %ax");
CODE16(v_lgdt, "lgdt (0)");
CODE16(v_lar, "lar %ax,%cx");
CODE16(v_segments, "mov $0x1234,%ax; mov %ax,%ds; mov %ax,%es; mov %ax,%fs");
CODE16(v_word_end, "mov $0xffff,%bx; mov (%bx),%ax");
CODE16(v_dword_end, "mov $0xfffd,%bx; mov (%bx),%eax");
CODE16(v_beyond, "mov $0x10000,%ebx; mov (%ebx),%al");
CODE16(v_push_wrap, "xor %sp,%sp; push %ax");
CODE16(v_push_odd, "mov $1,%sp; push %ax");
CODE16(v_far, "ljmp $0x700,$1f-v_far+0x1000; 1: nop");
CODE16(v_call, "call 1f; 1: pop %ax");
CODE16(v_lock, "lock incb (0x10)");

#define V86 0x8000

static void put(int selector, u64 descriptor) { gdt[selector / 8] = descriptor; }

static void both(const char *name, u8 *code, word ax, word bx)
{
    char before[128];
    pending(before);
    for (int who = 0; who < 2; who++) {
        if (who) {
            user();
            text(before);
        } else {
            kernel();
        }
        R.ax = ax;
        R.bx = bx;
        text(who ? "user: " : "kernel: ");
        run(name, code);
    }
}

/* A frame for IRET or RETF on the kernel's stack. */
static void back(const char *name, u8 *code, word ip, word cs, word flags, word sp, word ss)
{
    word *p = (word *)(kernel_stack + 4096);
    int i = 0;
    p[i++] = ip;
    p[i++] = cs;
    if (code == iret_it)
        p[i++] = flags;
    p[i++] = sp;
    p[i++] = ss;
    for (int k = 0; k < 4; k++)
        p[i++] = 0x23;
    kernel();
    R.sp = (word)p;
    quiet(code);
    text(name);
    text(":");
    field("vector", trap.vector);
    field("error", trap.error);
    text(trap.r.ip - ip < 16 ? " there" : " not left");
    field("cs", trap.r.cs);
    if (trap.r.outer)
        field("ss", trap.r.ss);
    field("flags", trap.r.flags & ~0x108D5UL);
    line();
}

static void v86(const char *name, u8 *code, int iopl)
{
    u8 *to = (u8 *)V86;
    for (int i = 0; i < 64; i++)
        to[i] = code[i];
    user();
    R.flags = 0x20002 | iopl << 12;
    R.cs = V86 >> 4;
    R.ip = 0;
    R.ss = 0x700;
    R.sp = 0x800;
    R.ds = R.es = 0x600;
    R.fs = R.gs = 0x650;
    set_cr2(0);
    enter(&R);
    text(iopl ? "IOPL 3, " : "IOPL 0, ");
    text(name);
    text(":");
    if (trap.vector == 3)
        text(" ok");
    else
        field("vector", trap.vector);
    field("error", trap.error);
    field("ip", trap.r.ip);
    field("cs", trap.r.cs);
    field("ax", trap.r.ax);
    field("sp", trap.r.sp);
    field("ds", trap.r.ds);
    field("es", trap.r.es);
    field("fs", trap.r.fs);
    field("flags", trap.r.flags & ~0x108D5UL);
    line();
}

static const struct { const char *name; u64 descriptor; } kinds[] = {
    {"data, DPL 0", 0x00CF93000000FFFF}, {"data, DPL 3", 0x00CFF3000000FFFF}, {"data, read-only, DPL 3", 0x00CFF1000000FFFF},
    {"data, not present, DPL 3", 0x00CF73000000FFFF}, {"code, execute only, DPL 3", 0x00CFF9000000FFFF},
    {"code, DPL 3", 0x00CFFB000000FFFF}, {"code, DPL 0", 0x00CF9B000000FFFF}, {"code, conforming, DPL 0", 0x00CF9F000000FFFF},
    {"code, conforming, not readable", 0x00CFFD000000FFFF}, {"TSS", 0x00CFE9000000FFFF}, {"LDT", 0x00CFE2000000FFFF},
    {"call gate", 0x00CFEC000000FFFF}, {"type 0", 0x00CFE0000000FFFF}};

int main(void)
{
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        put(0x50, kinds[i].descriptor);
        for (int rpl = 0; rpl < 4; rpl += 3) {
            text(rpl ? "FS, RPL 3, " : "FS, ");
            both(kinds[i].name, load_fs, 0x50 | rpl, 0);
            text(rpl ? "SS, RPL 3, " : "SS, ");
            both(kinds[i].name, load_ss, 0x50 | rpl, 0);
            text(rpl ? "LAR, RPL 3, " : "LAR, ");
            both(kinds[i].name, query, 0x50 | rpl, 0);
        }
        text("read, ");
        both(kinds[i].name, read1, 0x53, 0x8000);
        text("write, ");
        both(kinds[i].name, write1, 0x53, 0x8000);
    }
    both("FS, null", load_fs, 0, 0);
    both("FS, null, RPL 3", load_fs, 3, 0);
    both("SS, null", load_ss, 0, 0);
    both("FS, beyond the GDT", load_fs, 0x403, 0);
    both("FS, LDT", load_fs, 0x57, 0);
    both("null used", null_use, 0, 0x8000);
    both("code read", cs_read, 0, 0x8000);
    both("code written", cs_write, 0, 0x8000);
    both("LAR, null", query, 0, 0);
    both("LAR, beyond the GDT", query, 0x403, 0);

    /* Limits. */
    static const struct { const char *name; u64 descriptor; u32 limit; } limits[] = {
        {"limit FFF", 0x0040F30000000FFF, 0xFFF}, {"limit 0", 0x0040F30000000000, 0}, {"limit 1 page", 0x00C0F30000000000, 0xFFF},
        {"expand-down FFF, 32 bits", 0x0040F70000000FFF, 0xFFF}, {"expand-down FFF, 16 bits", 0x0000F70000000FFF, 0xFFF}};
    static const int around[] = {-4, -3, -1, 0, 1};
    for (unsigned i = 0; i < sizeof limits / sizeof *limits; i++) {
        put(0x50, limits[i].descriptor | 0x8000ULL << 16);
        for (int k = 0; k < 5; k++) {
            text("at limit");
            field("", around[k] & 0xFFFFFFFF);
            text(" 1 byte, ");
            both(limits[i].name, read1, 0x53, limits[i].limit + around[k]);
            text("at limit");
            field("", around[k] & 0xFFFFFFFF);
            text(" 4 bytes, ");
            both(limits[i].name, write4, 0x53, limits[i].limit + around[k]);
        }
        text("FFFC, 4 bytes, ");
        both(limits[i].name, read4, 0x53, 0xFFFC);
        text("FFFD, 4 bytes, ");
        both(limits[i].name, read4, 0x53, 0xFFFD);
        text("FFFFFFFD, 4 bytes, ");
        both(limits[i].name, read4, 0x53, 0xFFFFFFFD);
        text("STOS, ");
        user();
        R.ax = 0x53;
        R.bx = limits[i].limit - 1;
        run(limits[i].name, movs);
        user();
        R.ax = 0x53;
        R.bx = limits[i].limit + 3;
        text("PUSH, ");
        run(limits[i].name, stack);
        user();
        R.ax = 0x53;
        R.bx = limits[i].limit - 2;
        text("POP, ");
        run(limits[i].name, stack_pop);
        user();
        R.ax = 0x53;
        R.bx = limits[i].limit + 1;
        text("by EBP, ");
        run(limits[i].name, stack_bp);
    }
    put(0x50, 0x0000F30000000FFF | 0x8000ULL << 16);
    user();
    R.ax = 0x53;
    R.bx = 2;
    run("16-bit stack, PUSH below 0", stack);

    /* Various. */
    static word bounds[2] = {5, 10};
    for (int i = 4; i < 12; i += 3) {
        user();
        R.bx = (word)bounds;
        R.cx = i;
        run("BOUND", bound_it);
        both("ARPL", arpl_it, i & 3, 0);
    }
    both("INTO", into_it, 0, 0);
    both("INTO without OF", into_not, 0, 0);
    both("INT 40, DPL 0", int40, 0, 0);
    for (int type = 0; type < 16; type++) {
        if (type == 5 || type == 6 || type == 7)
            continue;
        set_gate(0x40, (word)(stubs + 16 * 0x40), KCODE, 0xE0 | type, 0);
        field("gate type", type);
        text(" ");
        both("INT 40", int40, 0, 0);
    }
    set_gate(0x40, (word)(stubs + 16 * 0x40), KCODE, 0x8E, 0);
    for (int iopl = 0; iopl < 4; iopl += 3) {
        user();
        R.flags = 2 | iopl << 12;
        run("CLI", cli_it);
        run("IN", in_it);
        R.dx = 0x7202;
        run("POPF", popf_it);
    }
    tss.bitmap[0xE8 / 8] = 0xFE;
    user();
    run("IN allowed by the bitmap", in_it);
    tss.bitmap[0xE8 / 8] = 0xFF;

    /* Call gates with parameters. */
    static word far[2];
    put(0x58, ((word)params & 0xFFFF) | KCODE << 16 | 0xEC02ULL << 32 | (u64)((word)params >> 16) << 48);
    far[1] = 0x5B;
    user();
    R.bx = (word)far;
    quiet(gate_call);
    field("call gate: cs", trap.r.cs);
    field("vector", trap.vector);
    field("parameters", trap.r.cx);
    field("", trap.r.dx);
    line();
    run("jump by the gate", gate_jump);
    put(0x58, ((word)params & 0xFFFF) | KCODE << 16 | 0x6C02ULL << 32 | (u64)((word)params >> 16) << 48);
    run("gate not present", gate_call);
    put(0x58, ((word)params & 0xFFFF) | KCODE << 16 | 0x8C02ULL << 32 | (u64)((word)params >> 16) << 48);
    run("gate, DPL 0", gate_call);

    /* IRET and RETF. */
    word at = (word)nop, usp = (word)user_stack + 4096;
    static const struct { const char *name; int cs, ss; } frames[] = {
        {"to the kernel", KCODE, 0}, {"to user", UCODE, UDATA}, {"to user, SS null", UCODE, 3}, {"to user, SS of DPL 0", UCODE, 0x13},
        {"to user, SS of RPL 0", UCODE, 0x20}, {"to user, SS read-only", UCODE, 0x63}, {"to user, SS not present", UCODE, 0x6B},
        {"CS null", 0, UDATA}, {"CS data", UDATA, UDATA}, {"CS of users, RPL 0", 0x18, UDATA}, {"CS not present", 0x73, UDATA},
        {"CS beyond the GDT", 0x403, UDATA}, {"CS whose limit is too low", 0x7B, UDATA}, {"CS conforming, RPL 3", 0x83, UDATA}};
    put(0x60, 0x00CFF1000000FFFF);
    put(0x68, 0x00CF73000000FFFF);
    put(0x70, 0x00CF7B000000FFFF);
    put(0x78, 0x0040FB0000000FFF);
    put(0x80, 0x00CF9F000000FFFF);
    for (unsigned i = 0; i < sizeof frames / sizeof *frames; i++) {
        text("IRET ");
        back(frames[i].name, iret_it, at, frames[i].cs, 2, usp, frames[i].ss);
        text("RETF ");
        back(frames[i].name, lret_it, at, frames[i].cs, 2, usp, frames[i].ss);
    }
    back("IRET, flags", iret_it, at, UCODE, 0x3C7002 & ~0x4000, usp, UDATA);

    both("SYSCALL", syscall_it, 0, 0);
    set_msr(0x174, 0);
    both("SYSENTER without CS", sysenter_it, 0, 0);
    set_msr(0x174, KCODE);
    set_msr(0x175, (word)kernel_stack + 4096);
    set_msr(0x176, (word)nop);
    user();
    quiet(sysenter_it);
    field("SYSENTER: cs", trap.r.cs);
    field("vector", trap.vector);
    text(trap.r.ip - (word)nop < 16 ? " there" : " elsewhere");
    line();
    user();
    run("user's SYSEXIT", sysexit_it);
    kernel();
    R.dx = (word)nop;
    R.cx = usp;
    quiet(sysexit_it);
    field("SYSEXIT: cs", trap.r.cs);
    field("ss", trap.r.ss);
    field("vector", trap.vector);
    line();

    /* Virtual-8086 mode. */
    static const struct { const char *name; u8 *code; } virtual[] = {
        {"NOP", v_nop}, {"INT 40", v_int40}, {"INTO", v_into}, {"CLI", v_cli}, {"STI", v_sti}, {"PUSHF", v_pushf},
        {"POPF", v_popf}, {"IRET", v_iret}, {"HLT", v_hlt}, {"IN", v_in}, {"OUT", v_out}, {"MOV CR0", v_cr0},
        {"SMSW", v_smsw}, {"LGDT", v_lgdt}, {"LAR", v_lar}, {"segments", v_segments}, {"word at FFFF", v_word_end},
        {"dword at FFFD", v_dword_end}, {"byte at 10000", v_beyond}, {"PUSH at 0", v_push_wrap}, {"PUSH at 1", v_push_odd},
        {"JMPF", v_far}, {"CALL", v_call}, {"LOCK INC", v_lock}};
    for (int iopl = 0; iopl < 4; iopl += 3)
        for (unsigned i = 0; i < sizeof virtual / sizeof *virtual; i++)
            v86(virtual[i].name, virtual[i].code, iopl);
    set_gate(0x40, (word)(stubs + 16 * 0x40), KCODE, 0xEE, 0);
    v86("INT 40, gate of DPL 3", v_int40, 3);
    tss.bitmap[0xE8 / 8] = 0xFC;
    v86("IN allowed by the bitmap", v_in, 0);
    v86("OUT of two ports allowed", v_out, 0);
    tss.bitmap[0xE8 / 8] = 0xFE;
    v86("OUT of one of two allowed", v_out, 0);

    /* QEMU, told by its lack of PCID, takes a null TR and ends at the next event; and it switches tasks. */
    u32 eax, ebx, ecx, edx;
    cpuid(1, 0, &eax, &ebx, &ecx, &edx);
    if (!(ecx >> 17 & 1))
        return 0;
    text("TR and task switches");
    line();
    both("LLDT of data", lldt_it, KDATA, 0);
    both("LTR of data", ltr_it, KDATA, 0);
    both("LTR of a busy TSS", ltr_it, TSS_SELECTOR, 0);
    both("LTR null", ltr_it, 0, 0);
    both("LLDT null", lldt_it, 0, 0);
    put(0x90, 0x00008B0000000067 | (u64)((word)&tss & 0xFFFFFF) << 16);
    put(0x98, 0x0000890000000067 | 0x9000ULL << 16);
    far[1] = 0x98;
    both("CALL of a TSS", gate_call, 0, (word)far);
    both("JMP to a TSS", gate_jump, 0, (word)far);
    far[1] = 0x90;
    both("JMP to a busy TSS", gate_jump, 0, (word)far);
    put(0xA0, 0x0000E50000000000 | 0x98 << 16);
    far[1] = 0xA3;
    both("CALL of a task gate", gate_call, 0, (word)far);
    set_gate(0x40, 0, 0x98, 0xE5, 0);
    both("INT by a task gate", int40, 0, 0);
    kernel();
    R.flags = 0x4002;
    run("IRET with NT", iret_it);
    return 0;
}
