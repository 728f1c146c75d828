/* Code that is written while it runs (SDM Vol. 3, 8.1.3, and 11.6): on its own page, across pages, by other addresses. */
#include "guest.h"

extern u64 boot_pml4[];
static volatile u64 pdpt[512] __attribute__((aligned(4096)));
static volatile u64 pd[512] __attribute__((aligned(4096)));
static volatile u64 pt[512] __attribute__((aligned(4096)));
#define LINEAR 0x8000000000UL
#define ALIAS (LINEAR + 0x100000)
#define FRAME 0x800000

/* The next instruction is changed: MOV EAX, 1 becomes MOV EAX, 2. */
CODE(next, "movb $2,1f+1(%rip); 1: mov $1,%eax");
/* The one after the next, with a jump between, so that it has been decoded before or not. */
CODE(behind_jump, "movb $2,1f+1(%rip); jmp 1f; nop; 1: mov $1,%eax");
CODE(loop, "xor %edx,%edx; mov $5,%ecx; 1: mov $1,%eax; add %eax,%edx; incb 1b+1(%rip); dec %ecx; jnz 1b");
/* The instruction itself: MOV [RIP], imm8 that changes its own immediate; runs twice. */
CODE(itself, "mov $2,%ecx; 1: movb $0x11,1b+6(%rip); dec %ecx; jnz 1b; mov 1b+6(%rip),%al");
CODE(string, "lea 1f(%rip),%rdi; mov $0x90,%al; mov $5,%ecx; rep stosb; 1: mov $1,%eax");
CODE(pushed, "lea 1f+8(%rip),%rsp; mov $0x9090909090909090,%rax; push %rax; 1: mov $1,%ecx; nop; nop; nop");
CODE(call_pushes, "lea 1f+8(%rip),%rsp; jmp 2f; 3: mov $7,%ecx; lea 4f(%rip),%rax; jmp 4f; 2: call 3b; .balign 8; 1: .quad 0; 4: mov 1b(%rip),%rdx; sub %rax,%rdx");
CODE(locked, "lock addl $0x100,1f(%rip); 1: mov $1,%eax");
CODE(vector, "movups 2f(%rip),%xmm0; movups %xmm0,1f(%rip); 1: mov $1,%eax; nop; nop; nop; nop; nop; nop; nop; nop; nop; nop; nop; int3; 2: .byte 0xb8,9,0,0,0; .fill 11,1,0x90");

static void fill(int page, const char *bytes, int n, int at)
{
    u8 *p = (u8 *)(word)(FRAME + 4096 * page) + at;
    for (int i = 0; i < n; i++)
        p[i] = bytes[i];
}

static void go(const char *name, word ip)
{
    for (int i = 0; i < 4; i++) {
        kernel();
        R.ip = ip;
        enter(&R);
    }
    text(name);
    text(":");
    field("vector", trap.vector);
    field("ax", trap.r.ax);
    field("ip", trap.r.ip - ip);
    line();
}

int main(void)
{
    boot_pml4[1] = (word)pdpt | 7;
    pdpt[0] = (word)pd | 7;
    pd[0] = (word)pt | 7;
    for (int i = 0; i < 256; i++) {
        pt[i] = (FRAME + 4096 * i) | 3;
        pt[i + 256] = (FRAME + 4096 * i) | 3;
    }
    set_cr3(get_cr3());

    static const struct { const char *name; u8 *code; } own[] = {
        {"next instruction", next}, {"behind a jump", behind_jump}, {"in a loop", loop}, {"itself", itself},
        {"by REP STOS", string}, {"by PUSH", pushed}, {"by CALL", call_pushes},
        {"by LOCK ADD", locked}, {"by MOVUPS", vector}};
    for (unsigned i = 0; i < sizeof own / sizeof *own; i++) {
        int destroyed = own[i].code == string || own[i].code == pushed || own[i].code == call_pushes;
        for (int again = 0; again < (destroyed ? 1 : 3); again++) {
            kernel();
            text(again ? "again " : "");
            quiet(own[i].code);
            if (own[i].code == string)
                trap.r.di = R.di;
            if (own[i].code == pushed || own[i].code == call_pushes)
                trap.r.sp = R.sp;
            report(own[i].name);
            line();
        }
    }

    /* Hot code, changed from outside: MOV EAX, n; INT3 on one page, seen by another address. */
    fill(0, "\xb8\1\0\0\0\xcc", 6, 0x100);
    go("first", LINEAR + 0x100);
    go("by the other address", ALIAS + 0x100);
    *(volatile u8 *)(ALIAS + 0x101) = 2;
    go("written by the other address", LINEAR + 0x100);
    *(volatile u8 *)(word)(FRAME + 0x101) = 3;
    go("written by a third address", LINEAR + 0x100);
    go("seen by the other address", ALIAS + 0x100);
    *(volatile u32 *)(LINEAR + 0x0FE) = 0x04B80000; /* over the beginning */
    go("its first bytes by a wider store", LINEAR + 0x100);
    *(volatile u32 *)(LINEAR + 0x101) = 0x05060708;
    go("its immediate", LINEAR + 0x100);
    *(volatile u16 *)(LINEAR + 0x104) = 0x0F0A; /* the last byte and INT3 */
    *(volatile u8 *)(LINEAR + 0x106) = 0x0B;
    go("its last byte and the one behind", LINEAR + 0x100);

    /* An instruction over the end of a page: each half is changed. */
    fill(0, "\xb8\1\0", 3, 0xFFD);
    fill(1, "\0\0\xcc", 3, 0);
    go("over a page's end", LINEAR + 0xFFD);
    *(volatile u8 *)(LINEAR + 0xFFE) = 2;
    go("first half written", LINEAR + 0xFFD);
    *(volatile u8 *)(LINEAR + 0x1000) = 3;
    go("second half written", LINEAR + 0xFFD);
    *(volatile u8 *)(ALIAS + 0x1001) = 4;
    go("second half by the other address", LINEAR + 0xFFD);
    fill(2, "\7\10\xcc", 3, 0);
    pt[1] = (FRAME + 0x2000) | 3;
    invlpg(LINEAR + 0x1000);
    go("second page mapped elsewhere", LINEAR + 0xFFD);
    go("not so by the other address", ALIAS + 0xFFD);
    *(volatile u64 *)(LINEAR + 0xFFC) = 0x0000CC06070809B8; /* a store that crosses too */
    go("a store over both pages", LINEAR + 0xFFC);

    /* The page under the code is exchanged: each instruction comes from where it is mapped. */
    fill(4, "\x48\x89\x1f\x0f\x01\x38\xb8\1\0\0\0\xcc", 12, 0); /* mov %rbx,(%rdi); invlpg (%rax); mov $1,%eax; int3 */
    fill(5, "\x48\x89\x1f\x0f\x01\x38\xb8\2\0\0\0\xcc", 12, 0);
    for (int i = 0; i < 4; i++) {
        pt[4] = (FRAME + 0x4000) | 3;
        invlpg(LINEAR + 0x4000);
        kernel();
        R.ip = LINEAR + 0x4000;
        R.ax = LINEAR + 0x4000;
        R.di = (word)&pt[4];
        R.bx = (FRAME + 0x5000) | 3;
        enter(&R);
        text("page exchanged under the code:");
        field("ax", trap.r.ax);
        line();
    }
    for (int i = 0; i < 3; i++) {
        pt[4] = (FRAME + 0x4000) | 3;
        invlpg(LINEAR + 0x4000);
        go("first frame", LINEAR + 0x4006);
        pt[4] = (FRAME + 0x5000) | 3;
        invlpg(LINEAR + 0x4000);
        go("second frame", LINEAR + 0x4006);
    }

    /* The same bytes in two modes. */
    fill(6, "\x40\x90\xcc", 3, 0);
    for (int i = 0; i < 3; i++) {
        kernel();
        R.ip = FRAME + 0x6000;
        enter(&R);
        field("64 bits: ax", trap.r.ax);
        R.cs = KCODE32;
        enter(&R);
        field("32 bits: ax", trap.r.ax);
        line();
    }

    /* A device's view: code that port input has written. */
    fill(7, "\xb8\1\0\0\0\xcc", 6, 0);
    go("before INS", LINEAR + 0x7000);
    u8 *to = (u8 *)LINEAR + 0x7001;
    word n = 1;
    asm volatile("rep insb" : "+D"(to), "+c"(n) : "d"(0xE9) : "memory");
    go("after INS", LINEAR + 0x7000);
    return 0;
}
