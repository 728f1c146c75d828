/* What must be seen after a change of the tables and an invalidation (SDM Vol. 3, 4.10.4), and without one. */
#include "guest.h"

#define FRAME_A 0x800000 /* frames of 2 MiB, each with its own contents */
#define FRAME_B 0xA00000
#define PS 0x80
#define G 0x100
#define NX (1ULL << 63)
#define CR4_PGE 0x80
#define CR4_PCIDE 0x20000
#define CR4_SMEP (1 << 20)
#define CR4_SMAP (1 << 21)
#define NO_FLUSH (1ULL << 63)
#define LINEAR 0x8000000000ULL

extern u64 boot_pml4[], boot_pdpt[];
static volatile u64 pdpt[512] __attribute__((aligned(4096)));
static volatile u64 pd[512] __attribute__((aligned(4096)));
static volatile u64 pt[512] __attribute__((aligned(4096)));
static u64 second_pml4[512] __attribute__((aligned(4096)));
static volatile u64 second_pdpt[512] __attribute__((aligned(4096)));
static volatile u64 second_pd[512] __attribute__((aligned(4096)));

CODE(read_it, "mov (%rbx),%eax");
CODE(write_it, "mov %ecx,(%rbx)");
CODE(add_it, "lock addl $1,(%rbx)");

static u32 at(u64 address) { return *(volatile u32 *)address; }

static void seen(const char *name, u64 address)
{
    text(name);
    text(":");
    u32 v = at(address);
    text(v >> 16 == 0xAAAA ? " A" : v >> 16 == 0xBBBB ? " B" : " ?");
    hex(v & 0xFFFF);
    line();
}

static void touch(u64 from, int pages)
{
    for (int i = 0; i < pages; i++) {
        (void)at(from + 4096 * i);
        *(volatile u32 *)(from + 4096 * i + 2048) = i;
    }
}

static void invpcid(u64 type, u64 pcid, u64 address)
{
    struct { u64 pcid, address; } d = {pcid, address};
    asm volatile("invpcid %0,%1" ::"m"(d), "r"(type) : "memory");
}

static void access(const char *name, u8 *code, u64 address)
{
    kernel();
    R.bx = address;
    run(name, code);
}

int main(void)
{
    for (int i = 0; i < 512; i++) {
        *(u32 *)(word)(FRAME_A + 4096 * i) = 0xAAAA0000 | i;
        *(u32 *)(word)(FRAME_B + 4096 * i) = 0xBBBB0000 | i;
    }
    boot_pml4[1] = (word)pdpt | 7;
    pdpt[0] = (word)pd | 7;
    pd[0] = (word)pt | 7;

    /* Pages of 4 KiB. */
    for (int i = 0; i < 512; i++)
        pt[i] = (FRAME_A + 4096 * i) | 3;
    touch(LINEAR, 8);
    pt[1] = (FRAME_B + 4096) | 3;
    invlpg(LINEAR + 0x1FFF);
    seen("4K, INVLPG", LINEAR + 0x1000);
    pt[2] = (FRAME_B + 0x2000) | 3;
    set_cr3(get_cr3());
    seen("4K, CR3", LINEAR + 0x2000);
    pt[9] = 0;
    access("not present", read_it, LINEAR + 0x9000);
    pt[9] = (FRAME_B + 0x9000) | 3;
    seen("from not present, no invalidation", LINEAR + 0x9000);
    pt[10] = (FRAME_A + 0xA000) | 1;
    set_cr0(get_cr0() | 1 << 16);
    (void)at(LINEAR + 0xA000);
    access("read-only", write_it, LINEAR + 0xA800);
    pt[10] |= 2;
    access("then writable, no invalidation after the fault", write_it, LINEAR + 0xA800);

    /* A page fault invalidates what is cached for its page. */
    pt[11] = (FRAME_A + 0xB000) | 1;
    (void)at(LINEAR + 0xB000);
    pt[11] = 0;
    access("write to a page removed", write_it, LINEAR + 0xB800);
    access("then a read", read_it, LINEAR + 0xB800);

    /* Accessed and dirty bits are set again. */
    pt[12] = (FRAME_A + 0xC000) | 3;
    touch(LINEAR + 0xC000, 1);
    text("A and D after a write:");
    hex(pt[12] & 0x60);
    pt[12] &= ~0x60ULL;
    invlpg(LINEAR + 0xC000);
    (void)at(LINEAR + 0xC000);
    text(" cleared, after a read:");
    hex(pt[12] & 0x60);
    *(volatile u32 *)(LINEAR + 0xC800) = 1;
    text(" after a write:");
    hex(pt[12] & 0x60);
    line();
    pt[13] = (FRAME_A + 0xD000) | 1;
    invlpg(LINEAR + 0xD000);
    access("a locked operation on a read-only page", add_it, LINEAR + 0xD800);
    text("leaves");
    field("D", pt[13] & 0x40);
    line();

    /* Control bits act at once, whatever is cached. */
    pt[14] = (FRAME_A + 0xE000) | 1;
    set_cr0(get_cr0() & ~(1UL << 16));
    touch(LINEAR + 0xE000, 1);
    set_cr0(get_cr0() | 1 << 16);
    access("WP on again", write_it, LINEAR + 0xE800);
    boot_pml4[1] = (word)pdpt | 7;
    pt[15] = (FRAME_A + 0xF000) | 7;
    *(u8 *)(word)(FRAME_A + 0xF900) = 0xCC;
    touch(LINEAR + 0xF000, 1);
    kernel();
    R.ip = LINEAR + 0xF900;
    enter(&R);
    field("user page executed by the kernel: vector", trap.vector);
    set_cr4(get_cr4() | CR4_SMEP);
    enter(&R);
    field("with SMEP: vector", trap.vector);
    field("error", trap.error);
    set_cr4(get_cr4() & ~(word)CR4_SMEP);
    enter(&R);
    field("without: vector", trap.vector);
    line();
    access("user page read by the kernel", read_it, LINEAR + 0xF800);
    set_cr4(get_cr4() | CR4_SMAP);
    access("with SMAP", read_it, LINEAR + 0xF800);
    kernel();
    R.bx = LINEAR + 0xF800;
    R.flags |= 0x40000;
    run("and AC", read_it);
    access("without AC again", read_it, LINEAR + 0xF800);
    set_cr4(get_cr4() & ~(word)CR4_SMAP);

    /* Large pages: one INVLPG anywhere in the page is enough (SDM Vol. 3, 4.10.2.3). */
    pd[1] = FRAME_A | PS | 3;
    touch(LINEAR + 0x200000, 512);
    pd[1] = FRAME_B | PS | 3;
    invlpg(LINEAR + 0x200000 + 0x5123);
    seen("2M, INVLPG", LINEAR + 0x205000);
    seen("2M, INVLPG elsewhere in it", LINEAR + 0x3FF000);
    seen("2M, INVLPG elsewhere in it", LINEAR + 0x200000);
    touch(LINEAR + 0x200000, 512);
    for (int i = 0; i < 512; i++)
        pt[i] = (FRAME_A + 4096 * i) | 3;
    pd[1] = (word)pt | 3;
    invlpg(LINEAR + 0x200000);
    seen("2M split, INVLPG", LINEAR + 0x200000);
    seen("2M split, INVLPG", LINEAR + 0x277000);
    pd[1] = 0;
    invlpg(LINEAR + 0x200000);
    pd[1] = FRAME_A | PS | 3;
    touch(LINEAR + 0x200000, 512);
    pd[1] = 0;
    invlpg(LINEAR + 0x200000);
    access("2M removed", read_it, LINEAR + 0x377000);
    pdpt[1] = PS | 3;
    touch(LINEAR + 0x40000000 + FRAME_A, 16);
    touch(LINEAR + 0x40000000 + FRAME_B, 16);
    pdpt[1] = 0;
    invlpg(LINEAR + 0x40000000);
    access("1G removed", read_it, LINEAR + 0x40000000 + FRAME_A + 0x3000);
    access("1G removed", read_it, LINEAR + 0x40000000 + FRAME_B + 0xF000);

    /* Executed large pages. */
    *(u8 *)(word)(FRAME_A + 0x100900) = 0xCC;
    *(u16 *)(word)(FRAME_B + 0x100900) = 0x0B0F;
    pd[1] = FRAME_A | PS | 3;
    kernel();
    R.ip = LINEAR + 0x300900;
    for (int i = 0; i < 4; i++)
        enter(&R);
    field("2M executed: vector", trap.vector);
    pd[1] = FRAME_B | PS | 3;
    invlpg(LINEAR + 0x200000);
    enter(&R);
    field("other frame: vector", trap.vector);
    line();

    /* Global pages. */
    set_cr4(get_cr4() | CR4_PGE);
    pd[1] = (word)pt | 7;
    for (int i = 0; i < 512; i++)
        pt[i] = (FRAME_A + 4096 * i) | G | 3;
    set_cr4(get_cr4() & ~(word)CR4_PGE);
    set_cr4(get_cr4() | CR4_PGE);
    touch(LINEAR, 16);
    pt[3] = (FRAME_B + 0x3000) | G | 3;
    invlpg(LINEAR + 0x3000);
    seen("global, INVLPG", LINEAR + 0x3000);
    pt[4] = (FRAME_B + 0x4000) | G | 3;
    set_cr4(get_cr4() & ~(word)CR4_PGE);
    seen("global, PGE off", LINEAR + 0x4000);
    set_cr4(get_cr4() | CR4_PGE);
    touch(LINEAR, 16);
    pt[5] = (FRAME_B + 0x5000) | G | 3;
    u32 a, b, c, d;
    cpuid(7, 0, &a, &b, &c, &d);
    int pcid = b >> 10 & 1;
    if (!pcid) {
        text("no INVPCID and no PCID");
        line();
        goto upper;
    }
    invpcid(2, 0, 0);
    seen("global, INVPCID all", LINEAR + 0x5000);
    pt[6] = (FRAME_B + 0x6000) | 3; /* G cleared */
    invpcid(2, 0, 0);
    touch(LINEAR, 16);
    pt[6] = (FRAME_A + 0x6000) | 3;
    invpcid(3, 0, 0);
    seen("not global, INVPCID all but global", LINEAR + 0x6000);
    pt[6] = (FRAME_B + 0x6000) | 3;
    invpcid(0, 0, LINEAR + 0x6000);
    seen("INVPCID one address", LINEAR + 0x6000);
    pt[6] = (FRAME_A + 0x6000) | 3;
    invpcid(1, 0, 0);
    seen("INVPCID one context", LINEAR + 0x6000);

    /* Two address spaces with numbers. */
    for (int i = 0; i < 512; i++)
        pt[i] = (FRAME_A + 4096 * i) | 3;
    second_pml4[0] = boot_pml4[0];
    second_pml4[1] = (word)second_pdpt | 7;
    second_pdpt[0] = (word)second_pd | 7;
    second_pd[0] = FRAME_B | PS | 3;
    invpcid(2, 0, 0);
    set_cr4(get_cr4() | CR4_PCIDE);
    word first = (word)boot_pml4 | 1, second = (word)second_pml4 | 2;
    set_cr3(first);
    touch(LINEAR, 8);
    seen("PCID 1", LINEAR + 0x1000);
    set_cr3(second);
    touch(LINEAR, 8);
    seen("PCID 2", LINEAR + 0x1000);
    set_cr3(first | NO_FLUSH);
    seen("PCID 1, not flushed", LINEAR + 0x1000);
    set_cr3(second | NO_FLUSH);
    seen("PCID 2, not flushed", LINEAR + 0x1000);
    pt[1] = (FRAME_B + 0x1000) | 3;
    invpcid(0, 1, LINEAR + 0x1000);
    set_cr3(first | NO_FLUSH);
    seen("changed from PCID 2, INVPCID address", LINEAR + 0x1000);
    set_cr3(second | NO_FLUSH);
    pt[1] = (FRAME_A + 0x1000) | 3;
    invpcid(1, 1, 0);
    set_cr3(first | NO_FLUSH);
    seen("changed from PCID 2, INVPCID context", LINEAR + 0x1000);
    set_cr3(second | NO_FLUSH);
    pt[1] = (FRAME_B + 0x1000) | 3;
    set_cr3(first);
    seen("changed from PCID 2, flushed", LINEAR + 0x1000);
    text("CR3 reads");
    set_cr3(first | NO_FLUSH);
    field("", get_cr3() == first);
    line();
    set_cr3((word)boot_pml4);
    set_cr4(get_cr4() & ~(word)CR4_PCIDE);

upper:
    /* Upper levels. */
    pd[0] = (word)pt | 7;
    second_pd[0] = FRAME_B | PS | 3;
    set_cr3(get_cr3());
    (void)at(LINEAR + 0x1000);
    pdpt[0] = (word)second_pd | 7;
    invlpg(LINEAR + 0x1000);
    seen("PDPT entry changed, INVLPG", LINEAR + 0x1000);
    boot_pml4[1] = 0;
    set_cr3(get_cr3());
    access("PML4 entry removed, CR3", read_it, LINEAR + 0x2000);
    boot_pml4[1] = (word)pdpt | 7;
    pdpt[0] = (word)pd | 7;

    /* Invalid operands. */
    extern u8 do_invpcid[];
    static u64 descriptor[2];
    kernel();
    R.bx = (word)descriptor;
    if (!pcid)
        goto no_pcid;
    R.ax = 4;
    run("INVPCID type 4", do_invpcid);
    R.ax = 0;
    descriptor[1] = 0x800000000000;
    run("INVPCID type 0, not canonical", do_invpcid);
    R.ax = 1;
    run("INVPCID type 1, not canonical", do_invpcid);
    descriptor[0] = 0x1000;
    run("INVPCID type 1, PCID too large", do_invpcid);
    R.ax = 2;
    run("INVPCID type 2, PCID too large", do_invpcid);
    descriptor[0] = 1;
    R.ax = 1;
    run("INVPCID type 1, PCID 1 without PCIDE", do_invpcid);
no_pcid:;
    extern u8 do_invlpg[], load_cr3[], load_cr4[];
    R.bx = 0x800000000000;
    run("INVLPG not canonical", do_invlpg);
    user();
    run("INVLPG by a user", do_invlpg);
    R.ax = 2;
    if (pcid)
        run("INVPCID by a user", do_invpcid);
    kernel();
    if (!pcid)
        return 0; /* QEMU without PCID takes every value */
    R.ax = 1ULL << 40 | (word)boot_pml4;
    run("CR3 too wide", load_cr3);
    R.ax = NO_FLUSH | (word)boot_pml4;
    if (pcid)
        run("CR3 bit 63 without PCIDE", load_cr3);
    R.ax = get_cr4() | 1 << 30;
    run("CR4 reserved bit", load_cr4);
    R.ax = get_cr4() & ~0x20UL;
    run("CR4 without PAE", load_cr4);
    if (pcid) {
        set_cr3((word)boot_pml4 | 8);
        R.ax = get_cr4() | CR4_PCIDE;
        run("CR4.PCIDE with PCID 8", load_cr4);
    }
    return 0;
}

CODE(do_invpcid, "invpcid (%rbx),%rax");
CODE(do_invlpg, "invlpg (%rbx)");
CODE(load_cr3, "mov %rax,%cr3");
CODE(load_cr4, "mov %rax,%cr4");
