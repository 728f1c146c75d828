/* TF, RF, DR0-DR7, the shadows of MOV SS and STI, the blocking of NMIs (SDM Vol. 3, 17.2-17.3 and 6.7-6.8). */
#include "guest.h"

extern u64 boot_pml4[], boot_pdpt[];
static volatile u64 apic_pd[512] __attribute__((aligned(4096)));
#define TF 0x100
#define RF 0x10000
#define APIC ((volatile u32 *)0xFEE00000UL)

CODE(nops, "nop; nop; nop");
CODE(mov_ss, "mov %ss,%eax; mov %eax,%ss; nop; nop");
CODE(mov_ss_ud, "mov %ss,%eax; mov %eax,%ss; ud2");
CODE(mov_ss_int, "mov %ss,%eax; mov %eax,%ss; int $0x40");
CODE(mov_ss_mem, "mov (%rbx),%ss; nop; nop");
CODE(mov_ss_mem_int, "mov (%rbx),%ss; int $0x40");
CODE(pushf_it, "pushfq; pop %rax; nop");
CODE(popf_it, "push %rdx; popfq; nop; nop");
CODE(int40, "int $0x40");
CODE(int1, ".byte 0xF1");
CODE(ud, "ud2");
CODE(jump, "jmp 1f; nop; 1: nop");
CODE(rep_movs, "rep movsb; nop");
CODE(rep_stos, "rep stosq; nop");
CODE(load, "mov (%rbx),%al; nop");
CODE(load8, "mov (%rbx),%rax; nop");
CODE(store1, "mov %al,(%rbx); nop");
CODE(store8, "mov %rax,(%rbx); nop");
CODE(add8, "add %rax,(%rbx); nop");
CODE(push_pop, "push %rax; pop %rcx; nop");
CODE(two_stores, "mov %al,(%rbx); mov %al,8(%rbx); nop");
CODE(store_fault, "mov %rax,(%rbx); movb $1,(%rbp); nop");
CODE(movs_fault, "movsq; nop");
CODE(read_dr7, "mov %dr7,%rax");
CODE(write_dr0, "mov %rax,%dr0");
CODE(write_dr6, "mov %rax,%dr6; mov %dr6,%rcx");
CODE(write_dr7, "mov %rax,%dr7; mov %dr7,%rcx; movl $0,%eax; mov %rax,%dr7");
CODE(read_dr4, ".byte 0x0f, 0x21, 0xe0");
CODE(write_dr5, ".byte 0x0f, 0x23, 0xe8");
CODE(sti_nop, "sti; nop; nop; nop; cli");
CODE(sti_sti, "sti; sti; nop; nop; cli");
CODE(sti_cli, "sti; cli; nop; nop");
CODE(popf_if, "push %rdx; popfq; nop; nop; cli");
CODE(sti_mov_ss, "mov %ss,%eax; push %rdx; sti; pop %rdx; mov %eax,%ss; nop; nop; cli");
CODE(iret_if, "push $0x10; lea 8(%rsp),%rax; push %rax; push %rdx; push $8; lea 1f(%rip),%rax; push %rax; iretq; 1: nop; nop; cli");
CODE(sti_hlt, "sti; hlt; nop; cli");
CODE(out_byte, "out %al,%dx; nop");
CODE(in_word, "in %dx,%ax; nop");
CODE(rep_outs, "rep outsb; nop");
CODE(lgdt_like, "sgdt (%rbx); nop");
CODE(cpuid_it, "xor %eax,%eax; cpuid; xor %eax,%eax; xor %ebx,%ebx; xor %ecx,%ecx; xor %edx,%edx; nop");
CODE(fxsave_it, "fxsave (%rbx); nop");
CODE(syscall_it, "syscall; nop");

static u64 data[128] __attribute__((aligned(64)));
static u8 other[64] __attribute__((aligned(64)));

/* Runs a case and goes on after each #DB with the state that was pushed, RF set after a breakpoint on an instruction. */
static void trace(const char *name, u8 *code, u64 dr7, int most)
{
    start(code);
    set_dr6(0);
    text(name);
    text(":");
    for (int i = 0; i < most; i++) {
        set_dr6(0xFFFF0FF0);
        set_dr7(dr7);
        enter(&R);
        set_dr7(0x400);
        text(" ");
        if (trap.vector == 1)
            text("DB");
        else if (trap.vector == 3)
            text("ok");
        else
            hex(trap.vector);
        place(trap.r.ip);
        if (trap.vector == 1) {
            text("/");
            hex(trap.dr6 & 0xE00F);
        }
        if (trap.r.flags & RF)
            text(" RF");
        if (trap.vector == 2)
            text(" NMI");
        if (trap.vector != 1)
            break;
        word set = trap.r.flags;
        R = trap.r;
        if (trap.dr6 & 15 && (dr7 >> 16 & 3) == 0)
            set |= RF;
        R.flags = set;
    }
    if (R.cx != trap.r.cx) {
        text(" cx=");
        place(trap.r.cx);
    }
    line();
}

static u64 watch(int n, int type, int length) { return 0x400 | 2ULL << (2 * n) | (u64)(type | length << 2) << (16 + 4 * n); }

static void raise_irq(void)
{
    out8(0x43, 0x30); /* counter 0, mode 0: one interrupt, soon */
    out8(0x40, 2);
    out8(0x40, 0);
    out8(0x20, 0x0A); /* read IRR */
    for (int i = 0; i < 100000 && !(in8(0x20) & 1); i++)
        ;
}

static void irq(const char *name, u8 *code)
{
    raise_irq();
    kernel();
    R.dx = 0x202;
    run(name, code);
    out8(0x20, 0x20);
    out8(0x20, 0x20);
}

/* A handler of NMIs that sends another one, stays a while, and returns; then the other one must come. */
extern u8 nmi_handler[], nmi_run[];
u64 nmi_count, nmi_inside, nmi_most, nmi_at_return;
asm(".text\n"
    "nmi_handler:\n"
    "  incq nmi_count\n  incq nmi_inside\n"
    "  mov nmi_inside, %rdx\n  cmp nmi_most, %rdx\n  jbe 1f\n  mov %rdx, nmi_most\n1:\n"
    "  cmpq $1, nmi_count\n  jne 2f\n"
    "  movl $0x400, 0xFFFFFFFFFEE00300\n"
    "  nop\n  nop\n  pause\n  nop\n"
    "2: decq nmi_inside\n"
    "  mov nmi_count, %rdx\n  mov %rdx, nmi_at_return\n"
    "  iretq\n"
    "nmi_run:\n  movl $0x400, 0xFFFFFFFFFEE00300\n  nop\n  nop\n  pause\n  nop\n  int3\n");

int main(void)
{
    set_gate(0x40, (word)(stubs + 16 * 0x40), KCODE, 0xEE, 0);

    static const struct { const char *name; u8 *code; } steps[] = {
        {"TF, NOPs", nops}, {"TF, jump", jump}, {"TF, MOV SS", mov_ss}, {"TF, MOV SS, UD2", mov_ss_ud},
        {"TF, MOV SS, INT", mov_ss_int}, {"TF, INT", int40}, {"TF, INT1", int1}, {"TF, UD2", ud},
        {"TF, REP MOVS", rep_movs}, {"TF, CPUID", cpuid_it}};
    for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++) {
        kernel();
        R.flags |= TF;
        R.si = (word)other;
        R.di = (word)other + 32;
        R.cx = 3;
        trace(steps[i].name, steps[i].code, 0x400, 9);
    }
    user();
    R.flags |= TF;
    trace("TF, user NOPs", nops, 0x400, 9);
    kernel();
    R.dx = 0x102;
    trace("POPF sets TF", popf_it, 0x400, 9);
    R.flags |= TF;
    R.dx = 2;
    trace("POPF clears TF", popf_it, 0x400, 9);
    kernel();
    R.flags |= TF;
    quiet(pushf_it);
    R = trap.r;
    R.flags |= TF;
    enter(&R);
    field("PUSHF with TF: ax", trap.r.ax & 0x10300);
    line();
    set_msr(0xC0000082, (word)syscall_it + 2);
    set_msr(0xC0000081, (u64)KCODE << 32);
    set_msr(0xC0000084, 0x100);
    kernel();
    R.flags |= TF;
    trace("TF, SYSCALL clears it", syscall_it, 0x400, 2);
    set_msr(0xC0000084, 0);
    kernel();
    R.flags |= TF;
    trace("TF, SYSCALL leaves it", syscall_it, 0x400, 2);

    /* Instruction breakpoints. */
    kernel();
    set_dr0((word)nops + 1);
    trace("at an instruction", nops, watch(0, 0, 0), 5);
    kernel();
    R.flags |= RF;
    set_dr0((word)nops);
    trace("at the first, RF", nops, watch(0, 0, 0), 5);
    kernel();
    R.flags |= RF;
    set_dr0((word)nops + 1);
    trace("at the second, RF", nops, watch(0, 0, 0), 5);
    kernel();
    R.flags |= TF;
    trace("with TF", nops, watch(0, 0, 0), 9);
    kernel();
    set_dr0((word)rep_movs);
    R.si = (word)other;
    R.di = (word)other + 32;
    R.cx = 3;
    trace("at REP MOVS", rep_movs, watch(0, 0, 0), 9);
    kernel();
    set_dr0((word)ud);
    trace("at UD2", ud, watch(0, 0, 0), 4);
    kernel();
    set_dr0((word)mov_ss + 4);
    trace("behind MOV SS", mov_ss, watch(0, 0, 0), 4);
    set_dr0((word)nops);
    set_dr1((word)nops);
    kernel();
    trace("two at one place", nops, watch(0, 0, 0) | watch(1, 0, 0), 4);
    kernel();
    trace("disabled", nops, 0x400, 4);
    user();
    set_dr0((word)nops + 1 + UALIAS);
    trace("in user code", nops, watch(0, 0, 0), 4);

    /* Data. */
    static const struct { const char *name; u8 *code; int offset, type, length, at; } watches[] = {
        {"write 1, stored", store1, 0, 1, 0, 0}, {"write 1, loaded", load, 0, 1, 0, 0},
        {"access 1, loaded", load, 0, 3, 0, 0}, {"access 1, loaded beside", load, 1, 3, 0, 0},
        {"write 4, last byte stored", store1, 3, 1, 3, 0}, {"write 4, byte behind", store1, 4, 1, 3, 0},
        {"write 8, byte", store1, 7, 1, 2, 0}, {"write 2, misaligned", store1, 0, 1, 1, 1},
        {"write 1 in the middle of 8", store8, 0, 1, 0, 5}, {"access 8, misaligned load", load8, -7, 3, 2, 0},
        {"write 8, ADD", add8, 0, 1, 2, 0}, {"access 8, ADD", add8, 0, 3, 2, 0},
        {"write 4, SGDT", lgdt_like, 0, 1, 3, 4}, {"write 4, FXSAVE", fxsave_it, -64, 1, 3, 24}};
    for (unsigned i = 0; i < sizeof watches / sizeof *watches; i++) {
        kernel();
        set_dr0((word)data + 128 + watches[i].at);
        R.bx = (word)data + 128 + watches[i].offset;
        R.ax = 0;
        trace(watches[i].name, watches[i].code, watch(0, watches[i].type, watches[i].length), 4);
    }
    kernel();
    R.bx = (word)data;
    set_dr0((word)data);
    set_dr1((word)data + 8);
    trace("two of two", two_stores, watch(0, 1, 0) | watch(1, 1, 2), 5);
    kernel();
    R.flags |= TF;
    R.bx = (word)data;
    trace("with TF", store1, watch(0, 1, 0), 5);
    user();
    set_dr0(R.sp - 8);
    trace("PUSH", push_pop, watch(0, 1, 2), 5);
    user();
    trace("PUSH and POP", push_pop, watch(0, 3, 2), 5);
    kernel();
    R.di = (word)data;
    R.cx = 5;
    set_dr0((word)data + 16);
    trace("REP STOS", rep_stos, watch(0, 1, 2), 5);
    kernel();
    R.bx = (word)data;
    data[0] = KDATA;
    set_dr0((word)data);
    trace("MOV SS", mov_ss_mem, watch(0, 3, 0), 5);
    kernel();
    R.bx = (word)data;
    trace("MOV SS, INT", mov_ss_mem_int, watch(0, 3, 0), 5);
    kernel();
    R.si = (word)data;
    R.di = 0x123456789000;
    trace("MOVS whose write faults", movs_fault, watch(0, 3, 2), 2);
    kernel();
    R.bx = (word)data;
    R.bp = 0x123456789000;
    set_dr0(R.bp);
    trace("a store that faults", store_fault, watch(0, 1, 0), 2);

    /* I/O. */
    set_cr4(get_cr4() | 8);
    kernel();
    R.dx = 0xE8;
    set_dr0(0xE8);
    trace("OUT", out_byte, watch(0, 2, 0), 5);
    kernel();
    R.dx = 0xE7;
    trace("IN of two ports", in_word, watch(0, 2, 0), 5);
    kernel();
    R.dx = 0xE6;
    trace("OUT beside", out_byte, watch(0, 2, 0), 5);
    kernel();
    R.dx = 0xE8;
    R.si = (word)data;
    R.cx = 3;
    trace("REP OUTS", rep_outs, watch(0, 2, 0), 5);
    kernel();
    set_dr0((word)data);
    R.bx = (word)data;
    trace("I/O at a memory address", load, watch(0, 2, 0), 5);
    kernel();
    run("DR4 with DE", read_dr4);
    run("DR5 with DE", write_dr5);
    set_cr4(get_cr4() & ~8UL);
    kernel();
    set_dr6(0);
    run("DR4 without DE", read_dr4);
    R.ax = 0x400;
    run("DR5 without DE", write_dr5);

    /* The registers themselves. */
    kernel();
    R.ax = 0xFFFFFFFF;
    run("DR6 all ones", write_dr6);
    R.ax = 0;
    run("DR6 zero", write_dr6);
    R.ax = 0x100000000;
    run("DR6 too wide", write_dr6);
    R.ax = 0xFFFF0000 & ~0x2000;
    run("DR7 types", write_dr7);
    R.ax = 0;
    run("DR7 zero", write_dr7);
    R.ax = 0x100000000;
    run("DR7 too wide", write_dr7);
    R.ax = 0x123456789ABCDEF0;
    run("DR0 is 64 bits", write_dr0);
    user();
    run("DR7 by a user", read_dr7);
    kernel();
    trace("general detect, read", read_dr7, 0x2400, 1);
    kernel();
    trace("general detect, write", write_dr0, 0x2400, 1);

    /* Interrupts. */
    out8(0x20, 0x11);
    out8(0x21, 0x20);
    out8(0x21, 4);
    out8(0x21, 1);
    out8(0x21, 0xFE);
    irq("STI", sti_nop);
    irq("STI STI", sti_sti);
    irq("STI CLI", sti_cli);
    irq("POPF", popf_if);
    irq("IRET", iret_if);
    irq("STI HLT", sti_hlt);
    kernel();
    raise_irq();
    R.flags = 0x302;
    R.ip = (word)nops;
    quiet(nops);
    report("TF and an interrupt");
    line();
    out8(0x20, 0x20);
    out8(0x21, 0xFF);

    /* NMIs. */
    static volatile u64 *const pdpt = boot_pdpt;
    pdpt[3] = (word)apic_pd | 3;
    apic_pd[0xFEE00000 >> 21 & 511] = 0xFEE00000 | 0x83 | 0x18;
    static volatile u64 top[512] __attribute__((aligned(4096)));
    boot_pml4[511] = (word)top | 3;
    top[511] = (word)apic_pd | 3;
    set_cr3(get_cr3());
    APIC[0xF0 / 4] = 0x1FF;
    APIC[0x310 / 4] = APIC[0x20 / 4];
    set_gate(2, (word)nmi_handler, KCODE, 0x8E, 0);
    kernel();
    R.sp -= 256;
    run("NMI in the handler of an NMI", nmi_run);
    field("NMIs", nmi_count);
    field("at once", nmi_most);
    line();
    return 0;
}
