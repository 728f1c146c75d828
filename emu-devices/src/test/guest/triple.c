/*
 * Faults that can be delivered neither themselves nor as a double fault end the machine (SDM Vol. 3, 6.15,
 * "Interrupt 8"). The last character of the command line says which.
 */
#include "guest.h"

CODE(ud, "ud2");
CODE(no_stack, "mov $1,%eax; ror $1,%rax; mov %rax,%rsp; push %rax");
CODE(int3, "nop");

#define STUB(n) ((word)(stubs + 16 * (n)))

static struct { u16 limit; word base; } __attribute__((packed)) idt_pointer;

static void limit_idt(int limit)
{
    asm volatile("sidt %0" : "=m"(idt_pointer));
    idt_pointer.limit = limit;
    asm volatile("lidt %0" ::"m"(idt_pointer));
}

/* #UD cannot be delivered, nor the #GP that this is. */
static void no_gates(void)
{
    set_gate(6, 0, 0, 0, 0);
    set_gate(13, 0, 0, 0, 0);
}

static char which(void)
{
    const u32 *information = (const u32 *)boot_information;
    const char *s = (const char *)(word)information[4];
    while (s[1])
        s++;
    return *s;
}

int main(void)
{
    const void *code = ud;
    char name[] = "case ?";

    name[5] = which();
    text(name);
    line();
    kernel();
    switch (name[5]) {
    case '0': /* nothing in the IDT: what kernels do to reset the machine */
        limit_idt(0);
        break;
    case '1': /* #UD has no gate, and the IDT ends before that of the double fault */
        set_gate(6, 0, 0, 0, 0);
        limit_idt(8 * 16 - 1);
        break;
    case '2': /* gates, but no stack */
        set_gate(8, STUB(8), KCODE, 0x8E, 0);
        code = no_stack;
        break;
    case '3': /* the stack of the double fault is not canonical */
        no_gates();
        tss.ist[7] = 1UL << 63;
        set_gate(8, STUB(8), KCODE, 0x8E, 7);
        break;
    case '4': /* user code traps into a stack that is not canonical */
        user();
        set_gate(8, STUB(8), KCODE, 0x8E, 0);
        tss.rsp[0] = 1UL << 63;
        code = int3;
        break;
    default: /* the double fault has a handler, so the machine goes on */
        no_gates();
        break;
    }
    run("it goes on", code);
    finish();
    return 0;
}
