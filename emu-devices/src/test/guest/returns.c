/* IRET in all combinations of privilege and mode, far returns, SYSCALL, SYSRET, SYSENTER, SYSEXIT as Intel has them. */
#include "guest.h"

CODE(nop, "nop");
CODE(iretq_it, "iretq");
CODE(iretd_it, ".byte 0xCF");
CODE(iretw_it, "iretw");
CODE(lretq_it, "lretq");
CODE(ret_sp, "lretq $16");
CODE(syscall_it, "syscall");
CODE(sysretq_it, "sysretq");
CODE(sysretl_it, "sysretl");
CODE(sysenter_it, "sysenter");
CODE(sysexitq_it, "sysexitq");
CODE(sysexitl_it, "sysexitl");
CODE(popf_it, "push %rdx; popfq; pushfq; pop %rax");
CODE(popfw_it, "push %dx; popfw; pushfq; pop %rax");
CODE(selectors, "xor %eax,%eax; mov %ds,%ax; mov %es,%bx; mov %fs,%cx; mov %gs,%dx");
CODE(inc32, ".byte 0x40, 0x90"); /* INC EAX outside 64-bit mode */
CODE(lcall_mem, "lcall *(%rbx)");
CODE(ljmp_mem, "ljmp *(%rbx)");
CODE(swapgs_it, "swapgs");
CODE(load, "mov (%rbx),%al");

#define LANDING ((word)nop)


static void iret(const char *name, u8 *code, word ip, word cs, word flags, word sp, word ss)
{
    u64 *p = (u64 *)(kernel_stack + 4096);
    u32 *d = (u32 *)p;
    u16 *w = (u16 *)p;
    if (code == iretq_it) {
        p[0] = ip; p[1] = cs; p[2] = flags; p[3] = sp; p[4] = ss;
    } else if (code == iretd_it) {
        d[0] = ip; d[1] = cs; d[2] = flags; d[3] = sp; d[4] = ss;
    } else {
        w[0] = ip; w[1] = cs; w[2] = flags; w[3] = sp; w[4] = ss;
    }
    kernel();
    R.sp = (word)p;
    quiet(code);
    text(name);
    text(":");
    if (((trap.r.ip - ip) & 0xFFFFFFFF) < 16) {
        text(" there");
        field("vector", trap.vector);
        field("cs", trap.r.cs);
        field("ss", trap.r.ss);
        field("flags", trap.r.flags & ~0x8D5UL);
        if (trap.r.sp == sp)
            text(" sp");
        else if (trap.r.sp == R.sp + 40)
            text(" next sp");
    } else {
        field("vector", trap.vector);
        field("error", trap.error);
        text(" ");
        place(trap.r.ip);
        if (trap.r.cs != KCODE || trap.r.sp != R.sp)
            text(" MOVED");
    }
    line();
}

#define USER_IP (LANDING + UALIAS)
#define USER_SP ((word)user_stack + UALIAS + 4096)
#define KERNEL_SP ((word)kernel_stack + 2048)

int main(void)
{
    gdt[0x48 / 8] = 0x00CF9B000000FFFF & ~(1ULL << 47); /* code, not present */
    gdt[0x50 / 8] = 0x00AFFF000000FFFF;                 /* conforming, DPL 3, 64 bits */
    gdt[0x58 / 8] = 0x00AF9F000000FFFF;                 /* conforming, DPL 0, 64 bits */
    gdt[0x60 / 8] = 0x00CFF1000000FFFF;                 /* data, DPL 3, read-only */
    gdt[0x68 / 8] = 0x00CF73000000FFFF;                 /* data, DPL 3, not present */
    gdt[0x70 / 8] = 0x00EFFB000000FFFF;                 /* code, L and D */
    gdt[0x78 / 8] = 0x008FFB000000FFFF;                 /* code, DPL 3, 16 bits */
    gdt[0x80 / 8] = 0x0040FB0000000FFF;                 /* code, DPL 3, 32 bits, limit FFFh */
    gdt[0x88 / 8] = 0x00AFBB000000FFFF;                 /* code, DPL 1, 64 bits */
    gdt[0x90 / 8] = 0x00CFB3000000FFFF;                 /* data, DPL 1 */
    gdt[0x98 / 8] = 0x00AFFB000000FFFF & ~(1ULL << 40); /* code, DPL 3, 64 bits, not accessed */

    iret("to the kernel", iretq_it, LANDING, KCODE, 2, KERNEL_SP, KDATA);
    iret("to the kernel, null SS", iretq_it, LANDING, KCODE, 2, KERNEL_SP, 0);
    iret("to the kernel, null SS, RPL 3", iretq_it, LANDING, KCODE, 2, KERNEL_SP, 3);
    iret("to the kernel, 32 bits", iretq_it, (word)inc32, KCODE32, 2, KERNEL_SP, KDATA);
    iret("to the kernel, 32 bits, null SS", iretq_it, (word)inc32, KCODE32, 2, KERNEL_SP, 0);
    iret("to user, 64 bits", iretq_it, USER_IP, UCODE, 2, USER_SP, UDATA);
    iret("to user, 32 bits", iretq_it, USER_IP, UCODE32, 2, USER_SP, UDATA);
    iret("to user, null SS", iretq_it, USER_IP, UCODE, 2, USER_SP, 3);
    iret("to user, null SS, RPL 0", iretq_it, USER_IP, UCODE, 2, USER_SP, 0);
    iret("to user, 32 bits, null SS", iretq_it, USER_IP, UCODE32, 2, USER_SP, 3);
    iret("to user, kernel's SS", iretq_it, USER_IP, UCODE, 2, USER_SP, KDATA);
    iret("to user, SS of RPL 0", iretq_it, USER_IP, UCODE, 2, USER_SP, UDATA & ~3);
    iret("to user, SS read-only", iretq_it, USER_IP, UCODE, 2, USER_SP, 0x63);
    iret("to user, SS not present", iretq_it, USER_IP, UCODE, 2, USER_SP, 0x6B);
    iret("to user, SS is code", iretq_it, USER_IP, UCODE, 2, USER_SP, UCODE);
    iret("to user, SS beyond the GDT", iretq_it, USER_IP, UCODE, 2, USER_SP, 0x403);
    iret("to user, SS in an LDT", iretq_it, USER_IP, UCODE, 2, USER_SP, 0x27);
    iret("CS null", iretq_it, USER_IP, 0, 2, USER_SP, UDATA);
    iret("CS null, RPL 3", iretq_it, USER_IP, 3, 2, USER_SP, UDATA);
    iret("CS is data", iretq_it, USER_IP, UDATA, 2, USER_SP, UDATA);
    iret("CS beyond the GDT", iretq_it, USER_IP, 0x403, 2, USER_SP, UDATA);
    iret("CS is the TSS", iretq_it, USER_IP, TSS_SELECTOR, 2, USER_SP, UDATA);
    iret("CS not present", iretq_it, LANDING, 0x48, 2, KERNEL_SP, KDATA);
    iret("CS of the kernel, RPL 3", iretq_it, USER_IP, KCODE | 3, 2, USER_SP, UDATA);
    iret("CS of users, RPL 0", iretq_it, LANDING, UCODE & ~3, 2, KERNEL_SP, KDATA);
    iret("CS of users, RPL 1", iretq_it, LANDING, (UCODE & ~3) | 1, 2, KERNEL_SP, KDATA);
    iret("CS conforming, DPL 3, RPL 0", iretq_it, LANDING, 0x50, 2, KERNEL_SP, KDATA);
    iret("CS conforming, DPL 3, RPL 3", iretq_it, USER_IP, 0x53, 2, USER_SP, UDATA);
    iret("CS conforming, DPL 0, RPL 0", iretq_it, LANDING, 0x58, 2, KERNEL_SP, KDATA);
    iret("CS conforming, DPL 0, RPL 3", iretq_it, USER_IP, 0x5B, 2, USER_SP, UDATA);
    iret("CS with L and D", iretq_it, USER_IP, 0x73, 2, USER_SP, UDATA);
    iret("CS of 16 bits", iretq_it, USER_IP, 0x7B, 2, USER_SP, UDATA);
    iret("CS of 32 bits, beyond its limit", iretq_it, USER_IP, 0x83, 2, USER_SP, UDATA);
    iret("CS not accessed", iretq_it, USER_IP, 0x9B, 2, USER_SP, UDATA);
    field("accessed", gdt[0x98 / 8] >> 40 & 1);
    line();
    iret("to ring 1", iretq_it, LANDING, 0x89, 2, KERNEL_SP, 0x91);
    iret("to ring 1, null SS", iretq_it, LANDING, 0x89, 2, KERNEL_SP, 1);
    iret("RIP not canonical", iretq_it, 0x800000000000, UCODE, 2, USER_SP, UDATA);
    iret("RIP not canonical, kernel", iretq_it, 0x800000000000, KCODE, 2, KERNEL_SP, KDATA);
    iret("RIP above 4 GiB, 32 bits", iretq_it, 0x100000000 + USER_IP, UCODE32, 2, USER_SP, UDATA);
    iret("RSP not canonical", iretq_it, USER_IP, UCODE, 2, 0x800000000000, UDATA);
    iret("NT", iretq_it, USER_IP, UCODE, 0x4002, USER_SP, UDATA);
    iret("all flags", iretq_it, USER_IP, UCODE, 0x3F7ED7, USER_SP, UDATA);
    iret("VM", iretq_it, USER_IP, UCODE, 0x20002, USER_SP, UDATA);
    iret("VIF, VIP, ID, AC", iretq_it, USER_IP, UCODE, 0x3C0002, USER_SP, UDATA);
    iret("IRETD to user", iretd_it, USER_IP, UCODE, 2, USER_SP, UDATA);
    iret("IRETD to the kernel", iretd_it, LANDING, KCODE, 2, KERNEL_SP, KDATA);
    *(volatile u8 *)(word)0x1000 = 0xCC;
    iret("IRETW to the kernel", iretw_it, 0x1000, KCODE, 2, 0x2000, KDATA);

    kernel();
    R.flags = 0x4002;
    run("IRETQ with NT", iretq_it);
    user();
    u64 *p = (u64 *)(user_stack + 4096);
    p[0] = LANDING; p[1] = KCODE; p[2] = 2; p[3] = KERNEL_SP; p[4] = KDATA;
    R.sp = USER_SP;
    run("user's IRETQ to the kernel", iretq_it);
    p[0] = USER_IP; p[1] = UCODE; p[2] = 0x3202; p[3] = USER_SP; p[4] = UDATA;
    quiet(iretq_it);
    field("user's IRETQ cannot set IOPL and IF: flags", trap.r.flags & 0x3200);
    line();
    R.flags = 0x3002;
    quiet(iretq_it);
    field("with IOPL 3: flags", trap.r.flags & 0x3200);
    line();
    for (int iopl = 0; iopl < 4; iopl += 3) {
        for (int who = 0; who < 2; who++) {
            if (who)
                user();
            else
                kernel();
            R.flags = 2 | iopl << 12;
            R.dx = 0x3F7ED7 & ~0x100 & ~0x200;
            text(who ? "user" : "kernel");
            run(" POPFQ", popf_it);
            R.dx = 0x3202;
            text(who ? "user" : "kernel");
            run(" POPFQ, IF and IOPL", popf_it);
            text(who ? "user" : "kernel");
            run(" POPFW, IF and IOPL", popfw_it);
        }
    }
    /* Segment registers that a less privileged program may not keep. */
    asm volatile("mov %0,%%ds; mov %1,%%es; mov %0,%%fs; mov %1,%%gs" ::"r"(KDATA), "r"(UDATA));
    user();
    R.bx = R.cx = R.dx = 0;
    run("DS ES FS GS of a user", selectors);
    asm volatile("mov %0,%%ds; mov %0,%%es; mov %1,%%fs; mov %1,%%gs" ::"r"(KDATA), "r"(0));

    /* Far returns, calls and jumps. */
    static u64 far[2];
    u64 *s = (u64 *)(kernel_stack + 4096);
    kernel();
    s[0] = LANDING; s[1] = KCODE;
    R.sp = (word)s;
    quiet(lretq_it);
    field("RETF to the kernel: sp", trap.r.sp - R.sp);
    line();
    s[0] = USER_IP; s[1] = UCODE; s[2] = USER_SP; s[3] = UDATA;
    quiet(lretq_it);
    field("RETF to user: cs", trap.r.cs);
    field("ss", trap.r.ss);
    field("sp", trap.r.sp - USER_SP);
    line();
    s[0] = USER_IP; s[1] = UCODE; s[4] = USER_SP; s[5] = UDATA;
    quiet(ret_sp);
    field("RETF 16 to user: cs", trap.r.cs);
    field("ss", trap.r.ss);
    field("sp", trap.r.sp - USER_SP);
    line();
    s[0] = 0x800000000000; s[1] = KCODE;
    run("RETF not canonical", lretq_it);
    s[1] = UDATA;
    run("RETF to data", lretq_it);
    static const struct { const char *name; u32 selector; } fars[] = {
        {"same", KCODE}, {"32 bits", KCODE32}, {"null", 0}, {"data", KDATA}, {"user's", UCODE}, {"not present", 0x48},
        {"conforming, DPL 3", 0x50}, {"conforming, DPL 0", 0x58}, {"TSS", TSS_SELECTOR}, {"L and D", 0x70},
        {"beyond the GDT", 0x408}};
    for (unsigned i = 0; i < sizeof fars / sizeof *fars; i++) {
        far[0] = (u32)(word)inc32 | (u64)fars[i].selector << 32;
        kernel();
        R.bx = (word)far;
        for (int call = 0; call < 2; call++) {
            quiet(call ? lcall_mem : ljmp_mem);
            text(call ? "CALLF " : "JMPF ");
            text(fars[i].name);
            text(":");
            field("vector", trap.vector);
            field("error", trap.error);
            if (trap.vector == 3) {
                field("cs", trap.r.cs);
                field("sp", R.sp - trap.r.sp);
                field("at", trap.r.ip - (word)inc32);
                field("ax", trap.r.ax - R.ax);
            }
            line();
        }
    }
    /* Call gates. */
    for (int type = 0; type < 16; type++) {
        if (type == 2 || type == 9 || type == 11)
            continue;
        for (int dpl = 0; dpl < 4; dpl += 3) {
            u64 offset = LANDING;
            gdt[0xA0 / 8] = (offset & 0xFFFF) | KCODE << 16 | (u64)(0x80 | type | dpl << 5) << 40
                          | (offset >> 16 & 0xFFFF) << 48;
            gdt[0xA8 / 8] = offset >> 32;
            for (int who = 0; who < 3; who++) {
                u64 *memory = (u64 *)(user_stack + 64);
                *memory = (u64)(0xA0 | (who ? 3 : 0)) << 32;
                if (who)
                    user();
                else
                    kernel();
                R.bx = (word)memory + (who ? UALIAS : 0);
                quiet(who == 2 ? ljmp_mem : lcall_mem);
                text(who == 0 ? "kernel's CALLF" : who == 1 ? "user's CALLF" : "user's JMPF");
                field("by type", type);
                field("DPL", dpl);
                text(":");
                field("vector", trap.vector);
                field("error", trap.error);
                if (trap.vector == 3) {
                    field("cs", trap.r.cs);
                    field("ss", trap.r.ss);
                }
                line();
            }
        }
    }
    gdt[0xA0 / 8] = (LANDING & 0xFFFF) | KCODE << 16 | 0xECULL << 40 | (LANDING >> 16 & 0xFFFF) << 48;
    gdt[0xA8 / 8] = 0x8000;
    *(u64 *)(user_stack + 64) = 0xA3ULL << 32;
    user();
    R.bx = (word)user_stack + 64 + UALIAS;
    quiet(lcall_mem);
    field("gate not canonical: vector", trap.vector);
    field("error", trap.error);
    line();
    gdt[0xA8 / 8] = 1ULL << 40;
    quiet(lcall_mem);
    field("gate whose upper half has a type: vector", trap.vector);
    field("error", trap.error);
    line();

    /* SYSCALL and SYSRET. */
    set_msr(0xC0000081, (u64)(0x18 | 3) << 48 | (u64)KCODE << 32);
    set_msr(0xC0000082, LANDING);
    set_msr(0xC0000083, 0x1234);
    set_msr(0xC0000084, 0x4700);
    for (int who = 0; who < 3; who++) {
        if (who == 0)
            kernel();
        else if (who == 1)
            user();
        else
            user32();
        R.flags = who ? 0x10002 : 0x4002;
        quiet(syscall_it);
        text(who == 0 ? "kernel's" : who == 1 ? "user's" : "32-bit user's");
        text(" SYSCALL:");
        field("vector", trap.vector);
        if (trap.vector == 3) {
            field("cs", trap.r.cs);
            field("ss", trap.r.ss);
            field("flags", trap.r.flags & ~0x8D5UL);
            field("r11", trap.r.r11);
            text(" cx=");
            place(trap.r.cx);
            field("sp", trap.r.sp - R.sp);
        }
        line();
    }
    set_msr(0xC0000080, get_msr(0xC0000080) & ~1ULL);
    kernel();
    run("SYSCALL without SCE", syscall_it);
    run("SYSRET without SCE", sysretq_it);
    set_msr(0xC0000080, get_msr(0xC0000080) | 1);
    static const struct { const char *name; u8 *code; u64 rcx, r11; } rets[] = {
        {"SYSRETQ", sysretq_it, 0, 2}, {"SYSRETL", sysretl_it, 0, 2}, {"SYSRETL, RCX above 4 GiB", sysretl_it, 1ULL << 32, 2},
        {"SYSRETQ, flags", sysretq_it, 0, 0x3F7ED7}, {"SYSRETQ, not canonical", sysretq_it, 0x800000000000, 2},
        {"SYSRETQ, not canonical, above", sysretq_it, 0xFFFF7FFF00000000, 2},
        {"SYSRETL, not canonical", sysretl_it, 0x800000000000, 2}};
    for (unsigned i = 0; i < sizeof rets / sizeof *rets; i++) {
        kernel();
        R.cx = USER_IP + rets[i].rcx;
        R.r11 = rets[i].r11;
        R.sp = USER_SP;
        quiet(rets[i].code);
        text(rets[i].name);
        text(":");
        field("vector", trap.vector);
        field("error", trap.error);
        field("cs", trap.r.cs);
        field("ss", trap.r.ss);
        field("flags", trap.r.flags & ~0x8D5UL & ~0x10000UL);
        text(trap.r.ip - USER_IP < 16 ? " there" : trap.r.ip - (word)rets[i].code < 16 ? " not left" : " elsewhere");
        line();
    }
    user();
    run("user's SYSRET", sysretq_it);
    run("user's SWAPGS", swapgs_it);
    user32();
    run("SWAPGS in 32-bit code", swapgs_it);
    gdt[KCODE32 / 8] = 0x00CF9B000000FFFF;
    kernel();
    R.cs = KCODE32;
    run("SYSRET in 32-bit code", sysretl_it);

    /* SYSENTER and SYSEXIT. */
    set_msr(0x174, 0);
    user();
    run("SYSENTER without CS", sysenter_it);
    kernel();
    run("SYSEXIT without CS", sysexitq_it);
    set_msr(0x174, 3);
    user();
    run("SYSENTER, CS 3", sysenter_it);
    set_msr(0x174, KCODE);
    set_msr(0x175, KERNEL_SP);
    set_msr(0x176, LANDING);
    for (int who = 0; who < 3; who++) {
        if (who == 0)
            kernel();
        else if (who == 1)
            user();
        else
            user32();
        R.flags = who ? 0x3202 : 2;
        quiet(sysenter_it);
        text(who == 0 ? "kernel's" : who == 1 ? "user's" : "32-bit user's");
        text(" SYSENTER:");
        field("vector", trap.vector);
        field("cs", trap.r.cs);
        field("ss", trap.r.ss);
        field("flags", trap.r.flags & ~0x8D5UL);
        text(trap.r.ip - LANDING < 16 ? " there" : " elsewhere");
        text(trap.r.sp == KERNEL_SP ? " sp" : "");
        line();
    }
    /* From KCODE on: kernel code, kernel data, user code 32 and data; 64-bit code and data at +32 and +40. */
    gdt[0x28 / 8] = 0x00AFFB000000FFFF;
    u64 tss0 = gdt[0x30 / 8];
    for (int i = 0; i < 4; i++) {
        kernel();
        R.dx = USER_IP;
        R.cx = USER_SP;
        if (i == 2)
            R.dx = 0x800000000000;
        if (i == 3)
            R.cx = 0x800000000000;
        quiet(i == 1 ? sysexitl_it : sysexitq_it);
        text(i == 0 ? "SYSEXITQ:" : i == 1 ? "SYSEXITL:" : i == 2 ? "SYSEXITQ, RDX not canonical:" : "SYSEXITQ, RCX not canonical:");
        field("vector", trap.vector);
        field("error", trap.error);
        field("cs", trap.r.cs);
        field("ss", trap.r.ss);
        text(trap.r.ip - USER_IP < 16 ? " there" : " not left");
        line();
    }
    gdt[0x30 / 8] = tss0;
    user();
    run("user's SYSEXIT", sysexitq_it);

    /* Compatibility mode. */
    user32();
    run("32-bit user: INC", inc32);
    user();
    run("64-bit user: REX", inc32);
    user32();
    R.r8 = 1;
    R.cs = 0x7B;
    gdt[0x78 / 8] = 0x0000FB000000FFFF | (u64)(((word)inc32 + UALIAS) & 0xFFFF00) << 16
                  | (u64)(((word)inc32 + UALIAS) >> 24) << 56;
    R.ip = (word)inc32 & 0xFF;
    enter(&R);
    field("16-bit user: INC: ax", trap.r.ax - R.ax);
    field("vector", trap.vector);
    field("ip", trap.r.ip - ((word)inc32 & 0xFF));
    line();
    user32();
    run("32-bit user, DS null", load);
    return 0;
}
