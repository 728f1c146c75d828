/* Non-canonical addresses, accesses that cross pages, interrupted repeats, locked and misaligned operands. */
#include "guest.h"

#define FRAME 0x800000
#define LINEAR 0x8000000000UL
#define HOLE 0x800000000000UL

extern u64 boot_pml4[];
static volatile u64 pdpt[512] __attribute__((aligned(4096)));
static volatile u64 pd[512] __attribute__((aligned(4096)));
static volatile u64 pt[512] __attribute__((aligned(4096)));
static volatile u64 top_pdpt[512] __attribute__((aligned(4096)));
static volatile u64 top_pd[512] __attribute__((aligned(4096)));
static volatile u64 top_pt[512] __attribute__((aligned(4096)));

CODE(load1, "mov (%rbx),%al");
CODE(load8, "mov (%rbx),%rax");
CODE(load8_rbp, "mov (%rbp),%rax");
CODE(load8_ds_rbp, "mov %ds:(%rbp),%rax");
CODE(load8_ss, "mov %ss:(%rbx),%rax");
CODE(load8_rsp, "mov %rbx,%rsp; mov 8(%rsp),%rax");
CODE(store8, "mov %rax,(%rbx)");
CODE(store4, "mov %eax,(%rbx)");
CODE(store2, "mov %ax,(%rbx)");
CODE(push8, "mov %rbx,%rsp; push %rax");
CODE(push_mem, "push (%rbx)");
CODE(pop_mem, "pop (%rbx)");
CODE(pop8, "mov %rbx,%rsp; pop %rax");
CODE(call_near, "mov %rbx,%rsp; call 1f; 1: nop");
CODE(call_reg, "call *%rbx");
CODE(jump_reg, "jmp *%rbx");
CODE(jump_mem, "jmp *(%rbx)");
CODE(ret_near, "push %rbx; ret");
CODE(ret_stack, "mov %rbx,%rsp; ret");
CODE(enter_it, "mov %rbx,%rsp; enter $16,$0");
CODE(leave_it, "mov %rbx,%rbp; leave");
CODE(movs1, "mov %rbx,%rsi; movsb");
CODE(stos8, "mov %rbx,%rdi; stosq");
CODE(xlat_it, "xor %eax,%eax; xlat");
CODE(prefetch, "prefetcht0 (%rbx)");
CODE(clflush_it, "clflush (%rbx)");
CODE(lgdt_it, "lgdt (%rbx)");
CODE(lidt_it, "lidt (%rbx)");
CODE(invlpg_it, "invlpg (%rbx)");
CODE(lea_it, "lea (%rbx),%rax");
CODE(movups_load, "movups (%rbx),%xmm0");
CODE(movups_store, "movups %xmm0,(%rbx)");
CODE(movaps_store, "movaps %xmm0,(%rbx)");
CODE(add_mem, "add %rax,(%rbx)");
CODE(lock_add, "lock add %rax,(%rbx)");
CODE(xchg_mem, "xchg %rax,(%rbx)");
CODE(inc_mem, "incl (%rbx)");
CODE(cmpxchg_mem, "cmpxchg %rcx,(%rbx)");
CODE(cmpxchg16, "lock cmpxchg16b (%rbx)");
CODE(xadd_mem, "xadd %rax,(%rbx)");
CODE(shl_mem, "shlq $3,(%rbx)");
CODE(shld_mem, "shld $3,%rax,(%rbx)");
CODE(bts_mem, "xor %eax,%eax; btsq %rax,(%rbx)");
CODE(sete_mem, "sete (%rbx)");
CODE(fst_80, "fninit; fldpi; fstpt (%rbx)");
CODE(fst_64, "fninit; fldpi; fstpl (%rbx)");
CODE(fnsave_it, "fninit; fldpi; fnsave (%rbx)");
CODE(fnstenv_it, "fninit; fldpi; fnstenv (%rbx)");
CODE(fxsave_it, "mov %rbx,%rax; and $-16,%rax; fxsave (%rax)");
CODE(sgdt_it, "sgdt (%rbx)");
CODE(wrmsr_it, "wrmsr");
CODE(lock_mov, "lock; mov %rax,(%rbx)");
CODE(lock_reg, ".byte 0xf0, 0x01, 0xc8");
CODE(lock_cmp, ".byte 0xf0; cmp %rax,(%rbx)");
CODE(lock_bt, ".byte 0xf0; bt %rax,(%rbx)");
CODE(rep_movsb, "rep movsb");
CODE(rep_movsq, "rep movsq");
CODE(rep_stosb, "rep stosb");
CODE(rep_stosq, "rep stosq");
CODE(rep_lodsb, "rep lodsb");
CODE(repe_cmpsb, "repe cmpsb");
CODE(repne_scasb, "repne scasb");
CODE(rep_insb, "rep insb");
CODE(rep_outsb, "rep outsb");
CODE(nop15, ".byte 0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x90");
CODE(nop16, ".byte 0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x90");

static void on(const char *name, u8 *code, word address)
{
    kernel();
    R.bx = address;
    run(name, code);
}

static u8 *frame(int page) { return (u8 *)(word)(FRAME + 4096 * page); }

static u32 sum(const u8 *p, int n)
{
    u32 s = 0;
    while (n--)
        s = (s << 5 | s >> 27) ^ *p++;
    return s;
}

/* A store over the end of a page of which the next cannot be written: nothing may change. */
static void crossing(const char *name, u8 *code, int before)
{
    for (int way = 0; way < 2; way++) {
        memset8(frame(0), 0x5A, 8192);
        pt[1] = way ? (FRAME + 4096) | 1 : 0;
        invlpg(LINEAR + 4096);
        kernel();
        R.bx = LINEAR + 4096 - before;
        R.ax = 0x1122334455667788;
        u32 sum0 = sum(frame(0), 4096), sum1 = sum(frame(1), 4096);
        quiet(code);
        text(way ? "next read-only, " : "next not present, ");
        report(name);
        text(sum(frame(0), 4096) == sum0 && sum(frame(1), 4096) == sum1 ? " kept" : " CHANGED");
        line();
    }
}

static void repeat(const char *name, u8 *code, word si, word di, word count, int down)
{
    for (int i = 0; i < 4096; i++) {
        frame(0)[i] = i;
        frame(2)[i] = i;
    }
    memset8(frame(1), 1, 4096);
    memset8(frame(3), 1, 4096);
    pt[1] = pt[3] = 0;
    invlpg(LINEAR + 0x1000);
    invlpg(LINEAR + 0x3000);
    kernel();
    R.si = si;
    R.di = di;
    R.cx = count;
    R.ax = 0x7F7F7F7F7F7F7F00;
    R.flags = down ? 0x402 : 2;
    R.dx = 0xE8; /* nobody's port */
    run(name, code);
    if (trap.vector != 14)
        return;
    pt[1] = (FRAME + 0x1000) | 3;
    pt[3] = (FRAME + 0x3000) | 3;
    R = trap.r;
    enter(&R);
    text("  resumed: ");
    report(name);
    field("memory", sum(frame(0), 0x4000));
    line();
}

int main(void)
{
    boot_pml4[1] = (word)pdpt | 7;
    pdpt[0] = (word)pd | 7;
    pd[0] = (word)pt | 7;
    for (int i = 0; i < 512; i++)
        pt[i] = (FRAME + 4096 * i) | 7;
    boot_pml4[255] = (word)top_pdpt | 7;
    top_pdpt[511] = (word)top_pd | 7;
    top_pd[511] = (word)top_pt | 7;
    top_pt[511] = FRAME | 3;
    set_cr3(get_cr3());
    set_cr0(get_cr0() | 1 << 16);

    on("load", load1, HOLE);
    on("load", load8, HOLE);
    on("load", load8, HOLE - 8);
    on("load", load8, HOLE - 7);
    on("load", load8, HOLE - 1);
    on("load", load8, 0xFFFF7FFFFFFFFFFF);
    on("load", load8, 0xFFFF7FFFFFFFFFF9);
    on("load", load8, 0xFFFF800000000000);
    on("load", load8, 0xFFFFFFFFFFFFFFFC);
    kernel();
    R.bp = HOLE;
    run("load by RBP", load8_rbp);
    run("load by DS:RBP", load8_ds_rbp);
    on("load by SS:RBX", load8_ss, HOLE);
    on("load by RSP", load8_rsp, HOLE);
    on("store", store8, HOLE - 4);
    on("PUSH", push8, HOLE);
    on("PUSH", push8, HOLE + 8);
    on("PUSH", push8, HOLE + 4);
    on("PUSH mem", push_mem, HOLE);
    on("POP mem", pop_mem, HOLE);
    on("POP", pop8, HOLE);
    on("POP", pop8, HOLE - 4);
    on("CALL", call_near, HOLE + 8);
    on("CALL reg", call_reg, HOLE);
    on("JMP reg", jump_reg, HOLE);
    on("JMP reg, upper half", jump_reg, 0xFFFF7FFFFFFFFFFF);
    on("JMP mem", jump_mem, HOLE);
    on("RET", ret_near, HOLE);
    on("RET", ret_stack, HOLE);
    on("ENTER", enter_it, HOLE);
    on("LEAVE", leave_it, HOLE);
    on("MOVS", movs1, HOLE);
    on("STOS", stos8, HOLE - 4);
    on("XLAT", xlat_it, HOLE);
    on("PREFETCH", prefetch, HOLE);
    on("CLFLUSH", clflush_it, HOLE);
    on("LGDT", lgdt_it, HOLE);
    on("INVLPG", invlpg_it, HOLE);
    on("LEA", lea_it, HOLE);
    on("MOVUPS", movups_load, HOLE - 15);

    /* Code that runs into the hole, and over the end of a page. */
    frame(0)[4095] = 0x90;
    kernel();
    R.ip = HOLE - 1;
    quiet(nop15);
    R.ip = HOLE - 1;
    enter(&R);
    report("NOP before the hole");
    line();
    frame(0)[4095] = 0xB8; /* MOV EAX, imm32 */
    enter(&R);
    report("MOV over the hole's edge");
    line();
    pt[1] = 0;
    invlpg(LINEAR + 0x1000);
    frame(0)[4095] = 0x90;
    R.ip = LINEAR + 4095;
    enter(&R);
    report("NOP at the end of a page");
    line();
    frame(0)[4095] = 0xB8;
    enter(&R);
    report("MOV over the end of a page");
    line();
    kernel();
    run("15 bytes", nop15);
    run("16 bytes", nop16);

    crossing("MOV 8", store8, 1);
    crossing("MOV 8", store8, 7);
    crossing("MOV 4", store4, 3);
    crossing("MOV 2", store2, 1);
    crossing("ADD", add_mem, 4);
    crossing("LOCK ADD", lock_add, 4);
    crossing("XCHG", xchg_mem, 4);
    crossing("INC", inc_mem, 2);
    crossing("CMPXCHG", cmpxchg_mem, 4);
    crossing("XADD", xadd_mem, 4);
    crossing("SHL", shl_mem, 4);
    crossing("SHLD", shld_mem, 4);
    crossing("BTS", bts_mem, 4);
    crossing("POP", pop_mem, 4);
    crossing("STOSQ", stos8, 4);
    crossing("MOVUPS", movups_store, 8);
    crossing("FSTP 80, last byte", fst_80, 9);
    crossing("FSTP 80", fst_80, 4);
    crossing("FSTP 64", fst_64, 4);
    crossing("FNSTENV", fnstenv_it, 20);
    crossing("FNSAVE", fnsave_it, 60);
    crossing("FXSAVE", fxsave_it, 256);
    crossing("SGDT", sgdt_it, 5);
    crossing("SETE", sete_mem, 0);
    crossing("CMPXCHG16B", cmpxchg16, 8);

    word a = LINEAR + 0x1000, b = LINEAR + 0x3000;
    repeat("REP MOVSB, source ends", rep_movsb, a - 5, LINEAR + 0x2000, 16, 0);
    repeat("REP MOVSB, destination ends", rep_movsb, LINEAR, b - 5, 16, 0);
    repeat("REP MOVSQ, both, inside an element", rep_movsq, a - 20, b - 12, 5, 0);
    repeat("REP MOVSB, down", rep_movsb, LINEAR + 0x2003, b - 1, 16, 1);
    repeat("REP MOVSB, long", rep_movsb, LINEAR, LINEAR + 0x2000, 0x1800, 0);
    repeat("REP STOSB", rep_stosb, 0, a - 3, 9, 0);
    repeat("REP STOSQ", rep_stosq, 0, a - 20, 4, 0);
    repeat("REP LODSB", rep_lodsb, a - 3, 0, 6, 0);
    repeat("REPE CMPSB", repe_cmpsb, a - 5, b - 5, 16, 0);
    repeat("REPNE SCASB", repne_scasb, 0, a - 5, 16, 0);
    repeat("REP INSB", rep_insb, 0, a - 3, 6, 0);
    repeat("REP OUTSB", rep_outsb, a - 3, 0, 6, 0);
    repeat("REP MOVSB, none", rep_movsb, HOLE, HOLE, 0, 0);

    /* Locked and misaligned. */
    pt[1] = (FRAME + 0x1000) | 3;
    memset8(frame(0), 0, 8192);
    on("LOCK ADD over a line", lock_add, LINEAR + 60);
    field("memory", *(u64 *)(frame(0) + 60));
    line();
    on("LOCK ADD over a page", lock_add, LINEAR + 4090);
    field("memory", *(u64 *)(frame(0) + 4090));
    line();
    on("LOCK CMPXCHG16B misaligned", cmpxchg16, LINEAR + 8);
    on("MOVAPS misaligned", movaps_store, LINEAR + 8);
    on("LOCK MOV", lock_mov, LINEAR);
    on("LOCK ADD register", lock_reg, LINEAR);
    on("LOCK CMP", lock_cmp, LINEAR);
    on("LOCK BT", lock_bt, LINEAR);
    static const struct { const char *name; u8 *code; } aligned[] = {
        {"load 1", load1}, {"load 8", load8}, {"store 2", store2}, {"store 4", store4}, {"MOVUPS", movups_load},
        {"PUSH mem", push_mem}, {"LOCK ADD", lock_add}, {"REP MOVSB", rep_movsb}};
    for (int who = 0; who < 3; who++) {
        set_cr0(who == 2 ? get_cr0() & ~0x40000UL : get_cr0() | 0x40000);
        for (unsigned i = 0; i < sizeof aligned / sizeof *aligned; i++) {
            if (who == 1)
                kernel();
            else
                user();
            R.flags |= 0x40000;
            R.bx = LINEAR + 3;
            R.si = R.bx;
            R.di = R.bx + 64;
            R.cx = 3;
            text(who == 0 ? "user, AC and AM, " : who == 1 ? "kernel, AC and AM, " : "user, AC, ");
            run(aligned[i].name, aligned[i].code);
        }
    }

    /* Last, since QEMU takes a bad base of the IDT and is lost then. */
    static struct { u16 limit; u64 base; } __attribute__((packed)) bad = {0xFFF, HOLE};
    on("LGDT of a bad base", lgdt_it, (word)&bad);
    on("LIDT of a bad base", lidt_it, (word)&bad);
    static const struct { u32 msr; const char *name; } msrs[] = {
        {0xC0000100, "FS_BASE"}, {0xC0000101, "GS_BASE"}, {0xC0000102, "KERNEL_GS_BASE"}, {0xC0000082, "LSTAR"},
        {0xC0000083, "CSTAR"}, {0x175, "SYSENTER_ESP"}, {0x176, "SYSENTER_EIP"}};
    for (unsigned i = 0; i < sizeof msrs / sizeof *msrs; i++) {
        kernel();
        R.cx = msrs[i].msr;
        R.ax = 0;
        R.dx = 0x8000;
        run(msrs[i].name, wrmsr_it);
    }
    return 0;
}
