/* Delivery of events: kinds of gates, stacks of the IST, faults in faults (SDM Vol. 3, chapter 6). */
#include "guest.h"

extern u64 boot_pml4[];
static volatile u64 pdpt[512] __attribute__((aligned(4096)));
static volatile u64 pd[512] __attribute__((aligned(4096)));
static volatile u64 pt[512] __attribute__((aligned(4096)));
#define LINEAR 0x8000000000UL
#define FRAME 0x800000

CODE(int40, "int $0x40");
CODE(int40_flags, "stc; std; int $0x40");
CODE(int3, "nop");
CODE(into, ".byte 0xCE");
CODE(int1, ".byte 0xF1");
CODE(ud, "ud2");
CODE(divide, "xor %ecx,%ecx; div %ecx");
CODE(fault, "mov 0,%al; mov (%rbx),%al");
CODE(gp, "mov $0x1234,%eax; mov %eax,%fs");
CODE(int_ff, "int $0xff");
CODE(bound32, ".byte 0x62, 0x03");
CODE(fpu, "fld1");
CODE(hlt, "hlt");

#define STUB(n) ((word)(stubs + 16 * (n)))

static void flags(void)
{
    text("  handler:");
    field("flags", trap.handler_flags & ~0x8D5UL);
    field("sp", trap.handler_sp & 0xFFF);
    field("ss", trap.handler_ss);
    line();
}

static void gate(const char *name, int is_user)
{
    if (is_user)
        user();
    else
        kernel();
    text(is_user ? "user " : "kernel ");
    run(name, int40);
}

static char type_name[] = "gate type 00";

int main(void)
{
    boot_pml4[1] = (word)pdpt | 7;
    pdpt[0] = (word)pd | 7;
    pd[0] = (word)pt | 7;
    for (int i = 1; i < 512; i++)
        pt[i] = (FRAME + 4096 * i) | 7;
    set_cr3(get_cr3());
    set_cr4(get_cr4() | 0x80);

    for (int type = 0; type < 32; type++) {
        type_name[10] = '0' + (type >> 4);
        type_name[11] = "0123456789abcdef"[type & 15];
        for (int dpl = 0; dpl < 4; dpl += 3) {
            set_gate(0x40, STUB(0x40), KCODE, 0x80 | type | dpl << 5, 0);
            gate(type_name, 0);
            gate(type_name, 1);
        }
    }
    kernel();
    set_gate(0x40, STUB(0x40), KCODE, 0x8E, 0);
    R.flags = 0x3202;
    run("interrupt gate", int40_flags);
    flags();
    set_gate(0x40, STUB(0x40), KCODE, 0x8F, 0);
    run("trap gate", int40_flags);
    flags();
    user();
    set_gate(0x40, STUB(0x40), KCODE, 0xEF, 0);
    R.flags = 0x3202 | 0x40000;
    run("trap gate from user", int40_flags);
    flags();
    set_gate(0x40, STUB(0x40), KCODE, 0xE, 0);
    gate("not present", 0);
    gate("not present, DPL 0", 1);
    set_gate(0x40, STUB(0x40), KCODE, 0x6E, 0);
    gate("not present, DPL 3", 1);

    static const struct { const char *name; u64 descriptor; int selector; } targets[] = {
        {"null selector", 0, 0}, {"null selector, RPL 3", 0, 3}, {"data segment", 0x00CF93000000FFFF, 0x50},
        {"beyond the GDT", 0, 0x408}, {"LDT", 0, 0x54}, {"code, not present", 0x00AF1B000000FFFF, 0x50},
        {"code, 32 bits", 0x00CF9B000000FFFF, 0x50}, {"code, 16 bits", 0x008F9B000000FFFF, 0x50},
        {"code, L and D", 0x00EF9B000000FFFF, 0x50}, {"code, DPL 3", 0x00AFFB000000FFFF, 0x50},
        {"code, DPL 1", 0x00AFBB000000FFFF, 0x50}, {"code, conforming", 0x00AF9F000000FFFF, 0x50},
        {"code, conforming, DPL 3", 0x00AFFF000000FFFF, 0x50}, {"code, execute only", 0x00AF99000000FFFF, 0x50},
        {"code, not accessed", 0x00AF9A000000FFFF, 0x50}, {"RPL 3 in the gate", 0x00AF9B000000FFFF, 0x53}};
    for (unsigned i = 0; i < sizeof targets / sizeof *targets; i++) {
        if (targets[i].descriptor)
            gdt[0x50 / 8] = targets[i].descriptor;
        set_gate(0x40, STUB(0x40), targets[i].selector, 0xEE, 0);
        for (int who = 0; who < 2; who++) {
            /* To a handler of its own privilege a conforming segment leads; that would not come back from user mode. */
            if (who && i == 11 + 0)
                continue;
            if (who && i == 9 + 0)
                continue;
            if (who && (i == 12 || i == 10))
                continue;
            gate(targets[i].name, who);
        }
    }
    field("accessed", gdt[0x50 / 8] >> 40 & 1);
    line();
    set_gate(0x40, 0x800000000000, KCODE, 0xEE, 0);
    gate("not canonical", 0);
    gate("not canonical", 1);
    set_gate(0x40, STUB(0x40), KCODE, 0x8E, 0);

    /* Kinds of events. */
    for (int who = 0; who < 2; who++) {
        if (who)
            user();
        else
            kernel();
        R.bx = 0x123456789000;
        run("INT3", int3);
        run("INTO", into);
        run("INT1", int1);
        run("UD2", ud);
        run("DIV", divide);
        run("load of nowhere", fault);
        run("bad selector", gp);
        run("INT FF", int_ff);
        run("BOUND", bound32);
        if (who)
            run("HLT", hlt);
        set_cr0(get_cr0() | 8);
        run("FPU with TS", fpu);
        set_cr0(get_cr0() & ~8UL);
    }

    /* Where the stack is. */
    for (int ist = 0; ist < 8; ist++) {
        set_gate(0x40, STUB(0x40), KCODE, 0xEE, ist);
        for (int who = 0; who < 2; who++) {
            if (who)
                user();
            else
                kernel();
            R.sp -= 3 * ist;
            quiet(int40);
            text(who ? "user" : "kernel");
            field("IST", ist);
            field("handler's stack", trap.handler_sp - (ist ? tss.ist[ist] : who ? tss.rsp[0] : R.sp));
            field("sp", trap.r.sp - R.sp);
            field("ss", trap.handler_ss);
            line();
        }
    }
    u64 good = tss.ist[3];
    tss.ist[3] -= 5;
    set_gate(0x40, STUB(0x40), KCODE, 0xEE, 3);
    kernel();
    quiet(int40);
    field("IST misaligned: handler's stack", trap.handler_sp - good);
    line();
    tss.ist[3] = 0x800000000000;
    run("IST not canonical", int40);
    run("IST of a fault not canonical", int40);
    tss.ist[3] = LINEAR;
    run("IST not present", int40);
    user();
    run("IST not present, from user", int40);
    tss.ist[3] = good;
    set_gate(0x40, STUB(0x40), KCODE, 0xEE, 0);
    u64 good0 = tss.rsp[0];

    /* Faults while events are delivered. */
    static const struct { const char *name; int bad_first, bad_second; u8 *code; } nested[] = {
        {"#UD, its gate not present", 6, -1, ud},
        {"#GP, its gate not present", 13, -1, gp},
        {"#DE, its gate not present", 0, -1, divide},
        {"#PF, its gate not present", 14, -1, fault},
        {"#NP's gate too: from #UD", 6, 11, ud},
        {"#NP's gate too: from INT 40", 0x40, 11, int40},
        {"INT3, its gate not present", 3, -1, int3},
        {"INT 40, its gate not present", 0x40, -1, int40},
        {"#NM, its gate not present", 7, -1, fpu},
        {"#DB of INT1, its gate not present", 1, -1, int1}};
    for (unsigned i = 0; i < sizeof nested / sizeof *nested; i++) {
        for (int who = 0; who < 2; who++) {
            if (nested[i].bad_first == 7)
                set_cr0(get_cr0() | 8);
            set_gate(nested[i].bad_first, STUB(nested[i].bad_first), KCODE, 0x6E, 0);
            if (nested[i].bad_second >= 0)
                set_gate(nested[i].bad_second, STUB(nested[i].bad_second), KCODE, 0x6E, 0);
            if (who)
                user();
            else
                kernel();
            R.bx = 0x1000;
            text(who ? "user: " : "kernel: ");
            run(nested[i].name, nested[i].code);
            reset_gates();
            set_gate(0x40, STUB(0x40), KCODE, 0xEE, 0);
            set_cr0(get_cr0() & ~8UL);
        }
    }
    static const struct { const char *name; word sp; } stacks[] = {
        {"stack not present", LINEAR}, {"stack not canonical", 0x800000000000}, {"stack half present", LINEAR + 0x1008}};
    for (unsigned i = 0; i < sizeof stacks / sizeof *stacks; i++) {
        kernel();
        R.sp = stacks[i].sp;
        R.bx = 0x1000;
        text("kernel, ");
        run(stacks[i].name, ud);
        field("cr2", trap.cr2);
        line();
        R.ax = 0;
        run(stacks[i].name, fault);
        run(stacks[i].name, int40);
        user();
        tss.rsp[0] = stacks[i].sp;
        text("user, ");
        run(stacks[i].name, ud);
        run(stacks[i].name, int40);
        tss.rsp[0] = good0;
    }
    /* A handler's stack in a user page, with SMAP: AC does not help (SDM Vol. 3, 4.6.1). */
    set_cr4(get_cr4() | 1 << 21);
    user();
    tss.rsp[0] = LINEAR + 0x3000;
    R.flags |= 0x40000;
    run("SMAP, stack in a user page", int40);
    tss.rsp[0] = good0;
    set_cr4(get_cr4() & ~(1UL << 21));

    /* A short IDT. */
    static struct { u16 limit; word base; } __attribute__((packed)) pointer;
    asm volatile("sidt %0" : "=m"(pointer));
    for (int limit = 0x40 * 16 - 1; limit <= 0x40 * 16 + 15; limit += 8) {
        pointer.limit = limit;
        asm volatile("lidt %0" ::"m"(pointer));
        kernel();
        run("short IDT", int40);
    }
    run("short IDT", int_ff);
    return 0;
}
