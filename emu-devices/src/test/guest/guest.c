#include "guest.h"

struct trap trap;
struct regs R;
u8 kernel_stack[STACK_SIZE] __attribute__((aligned(4096)));
u8 user_stack[STACK_SIZE] __attribute__((aligned(4096)));
static u8 trap_stack[STACK_SIZE] __attribute__((aligned(4096)));
#ifdef __x86_64__
static u8 ist_stacks[7][4096] __attribute__((aligned(4096)));
word user_alias = UALIAS;
#else
word user_alias;
#endif

/* ---- output ---- */

static char buffer[512];
static int used;

void text(const char *s)
{
    while (*s && used < (int)sizeof buffer - 1)
        buffer[used++] = *s++;
}

void pending(char *to)
{
    for (int i = 0; i < used; i++)
        *to++ = buffer[i];
    *to = 0;
}

void hex(u64 value)
{
    char digits[17];
    int n = 16;
    digits[n] = 0;
    do {
        digits[--n] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value);
    text(digits + n);
}

void field(const char *name, u64 value)
{
    text(" ");
    text(name);
    text("=");
    hex(value);
}

static word start_ip;

/* An address, so that it does not depend on where things are in the image. */
void place(u64 a)
{
    if (a - start_ip < 0x400) {
        text("+");
        hex(a - start_ip);
    } else if (a - (word)stubs < 16 * 256) {
        text("handler");
        hex((a - (word)stubs) / 16);
    } else {
        hex(a);
    }
}

void line(void)
{
    buffer[used++] = '\n';
    const char *from = buffer;
    word n = used;
    asm volatile("rep outsb" : "+S"(from), "+c"(n) : "d"(0xE9) : "memory");
    used = 0;
}

void memset8(void *to, int value, word size)
{
    asm volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
}

void *memset(void *to, int value, word size)
{
    memset8(to, value, size);
    return to;
}

void *memcpy(void *to, const void *from, word size)
{
    void *d = to;
    asm volatile("rep movsb" : "+D"(d), "+S"(from), "+c"(size)::"memory");
    return to;
}

/* ---- tables ---- */

static u64 idt[512] __attribute__((aligned(16)));
static struct { u16 limit; word base; } __attribute__((packed)) idt_pointer;

#ifdef __x86_64__
struct tss64 tss __attribute__((aligned(4096)));
#define GATE 0x8E
#else
struct tss32 tss __attribute__((aligned(4096)));
#define GATE 0x8E
#endif

void set_gate(int vector, word handler, int selector, int type, int ist)
{
    u64 low = (handler & 0xFFFF) | (u64)selector << 16 | (u64)ist << 32 | (u64)type << 40
            | (u64)(handler >> 16 & 0xFFFF) << 48;
#ifdef __x86_64__
    idt[2 * vector] = low;
    idt[2 * vector + 1] = handler >> 32;
#else
    idt[vector] = low;
#endif
}

void reset_gates(void)
{
    for (int i = 0; i < 256; i++) {
        int type = i == 3 || i == 4 || i == 0x81 ? GATE | 0x60 : GATE;
#ifdef __x86_64__
        set_gate(i, (word)(stubs + 16 * i), KCODE, type, i == 8 ? 1 : 0);
#else
        set_gate(i, (word)(stubs + 16 * i), KCODE, type, 0);
#endif
    }
}

void setup(void)
{
    reset_gates();
    idt_pointer.limit = sizeof idt - 1;
    idt_pointer.base = (word)idt;
    asm volatile("lidt %0" ::"m"(idt_pointer));
    u64 base = (word)&tss;
#ifdef __x86_64__
    u64 limit = sizeof tss - 1;
    tss.rsp[0] = (word)(trap_stack + STACK_SIZE);
    for (int i = 1; i < 8; i++)
        tss.ist[i] = (word)(ist_stacks[i - 1] + 4096);
    tss.iomap = sizeof tss;
    gdt[TSS_SELECTOR / 8 + 1] = base >> 32;
#else
    u64 limit = sizeof tss - 1;
    tss.esp0 = (word)(trap_stack + STACK_SIZE);
    tss.ss0 = KDATA;
    tss.iomap = (word)tss.bitmap - (word)&tss;
    memset8(tss.bitmap, 0xFF, sizeof tss.bitmap);
#endif
    gdt[TSS_SELECTOR / 8] = limit | (base & 0xFFFFFF) << 16 | 0x89ULL << 40 | (base >> 24 & 0xFF) << 56;
    asm volatile("ltr %w0" ::"r"(TSS_SELECTOR));
    asm volatile("lldt %w0" ::"r"(0));
    out8(0x21, 0xFF);
    out8(0xA1, 0xFF);
}

/* ---- cases ---- */

static void defaults(void)
{
    R.ax = 0xA0A0;
    R.bx = 0xB0B0;
    R.cx = 0xC0C0;
    R.dx = 0xD0D0;
    R.si = 0x5050;
    R.di = 0x6060;
    R.bp = 0x7070;
    R.flags = 2;
#ifdef __x86_64__
    word *r = &R.r8;
    for (int i = 0; i < 8; i++)
        r[i] = 0x808 + 0x101 * i;
#endif
}

void kernel(void)
{
    defaults();
    R.cs = KCODE;
    R.ss = KDATA;
    R.sp = (word)(kernel_stack + STACK_SIZE - 512);
#ifndef __x86_64__
    R.es = R.ds = KDATA;
    R.fs = R.gs = 0;
    R.outer = 0;
#endif
}

void user(void)
{
    defaults();
    R.cs = UCODE;
    R.ss = UDATA;
    R.sp = (word)(user_stack + STACK_SIZE - 512) + user_alias;
#ifndef __x86_64__
    R.es = R.ds = UDATA;
    R.fs = R.gs = 0;
    R.outer = 1;
#endif
}

#ifdef __x86_64__
void user32(void)
{
    user();
    R.cs = UCODE32;
}
#endif

void start(const void *code)
{
    R.ip = start_ip = (word)code + (R.cs & 3 ? user_alias : 0);
}

void quiet(const void *code)
{
    start(code);
    set_cr2(0);
    set_dr6(0);
    enter(&R);
}

static const char *const names[] = {
    "DE", "DB", "NMI", "ok", "OF", "BR", "UD", "NM", "DF", "9", "TS", "NP", "SS", "GP", "PF", "15", "MF", "AC", "MC",
    "XM"};

/* Flags that no instruction leaves undefined; RF is told apart. */
#define FLAGS (~0x108D5UL)
#define RF 0x10000

void report(const char *name)
{
    struct regs *t = &trap.r;
    text(name);
    text(": ");
    if (trap.vector != 3)
        text("#");
    if (trap.vector < 20)
        text(names[trap.vector]);
    else
        hex(trap.vector);
    if (trap.vector == 8 || (trap.vector >= 10 && trap.vector <= 14) || trap.vector == 17) {
        text("(");
        hex(trap.error);
        text(")");
    }
    text(" ");
    place(t->ip);
    if (trap.vector == 14)
        field("cr2", trap.cr2);
    if (trap.vector == 1)
        field("dr6", trap.dr6);
    static const char *const regs[] = {"ax", "bx", "cx", "dx", "si", "di", "bp", "r8",
                                       "r9", "r10", "r11", "r12", "r13", "r14", "r15"};
    const word *before = &R.ax, *after = &t->ax;
    for (int i = 0; i < (sizeof(word) == 8 ? 15 : 7); i++)
        if (before[i] != after[i]) {
            text(" ");
            text(regs[i]);
            text("=");
            place(after[i]);
        }
    if (t->cs != R.cs)
        field("cs", t->cs);
    if (t->ss != R.ss)
        field("ss", t->ss);
#ifndef __x86_64__
    if (t->ds != R.ds)
        field("ds", t->ds);
    if (t->es != R.es)
        field("es", t->es);
    if (t->fs != R.fs)
        field("fs", t->fs);
    if (t->gs != R.gs)
        field("gs", t->gs);
#endif
    if (t->sp != R.sp) {
        long d = t->sp - R.sp;
        text(" sp");
        if (d > -0x1000 && d < 0x1000) {
            text(d < 0 ? "-" : "+");
            hex(d < 0 ? -d : d);
        } else {
            text("=");
            hex(t->sp);
        }
    }
    if (((t->flags ^ R.flags) & FLAGS) != 0)
        field("flags", t->flags & FLAGS);
    if (t->flags & RF)
        text(" RF");
}

void run(const char *name, const void *code)
{
    quiet(code);
    report(name);
    line();
}
