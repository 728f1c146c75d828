/*
 * Every combination of permissions: entries of the leaf and of the level above, control bits, kinds of access.
 * One line for each state of entries and control bits; in it for each access (supervisor read, write, execute, user
 * read, write, execute) the error code, or "ok", and the leaf's accessed (a) and dirty (d) bits afterwards. Of the
 * level above, A is told if it has been set, unless the access faults: then processors differ (SDM Vol. 3, 4.8).
 */
#include "guest.h"

CODE(read_it, "mov (%ebx),%al");
CODE(write_it, "mov %al,(%ebx)");
#ifdef __x86_64__
CODE(read_wide, "mov (%rbx),%al");
CODE(write_wide, "mov %al,(%rbx)");
#define read_it read_wide
#define write_it write_wide
#else
CODE(load_cr3, "mov %eax,%cr3");
#endif

#define TARGET 0x800000 /* physical; the code there is INT3 */
#define P 1ULL
#define W 2ULL
#define U 4ULL
#define A 0x20ULL
#define D 0x40ULL
#define PS 0x80ULL
#define G 0x100ULL
#define NX (1ULL << 63)

#define CR0_WP (1 << 16)
#define CR4_PSE 0x10
#define CR4_PAE 0x20
#define CR4_PGE 0x80
#define CR4_PCIDE 0x20000
#define CR4_SMEP (1 << 20)
#define CR4_SMAP (1 << 21)

static u64 pd[512] __attribute__((aligned(4096)));
static u64 pt[512] __attribute__((aligned(4096)));
static word linear;
static int wide = 1; /* entries of 8 bytes */

static u64 get(void *e) { return wide ? *(volatile u64 *)e : *(volatile u32 *)e; }
static void put(void *e, u64 v)
{
    if (wide)
        *(volatile u64 *)e = v;
    else
        *(volatile u32 *)e = v;
}

static struct regs by_kernel, by_user;

static void access(int kind, int is_user, int ac)
{
    struct regs *r = is_user ? &by_user : &by_kernel;
    r->flags = ac ? 0x40002 : 2;
    if (kind == 2)
        r->ip = linear;
    else
        r->ip = (word)(kind == 0 ? read_it : write_it) + (is_user ? user_alias : 0);
    enter(r);
    if (trap.vector == 3 && kind == 2)
        trap.error = trap.r.ip == linear + 1 ? 0 : 0xBAD;
}

static void prepare(void)
{
    kernel();
    R.bx = linear + 0x800;
    by_kernel = R;
    user();
    R.bx = linear + 0x800;
    by_user = R;
}

static void flag(const char *name, int on) { text(on ? name : "-"); }

static void outcome(u64 leaf, u64 upper)
{
    text(" ");
    if (trap.vector == 3 && trap.error == 0)
        text("ok");
    else if (trap.vector == 14 && (trap.cr2 == linear || trap.cr2 == linear + 0x800))
        hex(trap.error);
    else {
        text("?");
        hex(trap.vector);
    }
    if (trap.vector == 3 && (upper & A))
        text("A");
    if (leaf & A)
        text("a");
    if (leaf & D)
        text("d");
}

static void matrix(const char *name, void *leaf, u64 leaf_bits, void *upper, u64 upper_bits, int has_nx, int pcid)
{
    u64 cr0 = get_cr0(), cr4 = get_cr4();
    prepare();
    for (int up = 0; up < 8; up++) {
        if ((up & 4 && !has_nx) || (up && !upper_bits))
            continue;
        u64 above = upper_bits | P | (up & 1 ? W : 0) | (up & 2 ? U : 0) | (up & 4 ? NX : 0);
        for (int bits = 0; bits < 32; bits++) {
            if (bits & 8 && !has_nx)
                continue;
            u64 entry = leaf_bits | (bits & 1 ? P : 0) | (bits & 2 ? W : 0) | (bits & 4 ? U : 0)
                      | (bits & 8 ? NX : 0) | (bits & 16 ? G : 0);
            for (int config = 0; config < (pcid ? 32 : 16); config++) {
                set_cr0(config & 1 ? cr0 | CR0_WP : cr0 & ~CR0_WP);
                set_cr4((cr4 | CR4_PGE | (config & 2 ? CR4_SMEP : 0) | (config & 4 ? CR4_SMAP : 0)
                         | (config & 16 ? CR4_PCIDE : 0)));
                text(name);
                text(" ");
                if (upper_bits) {
                    flag("w", up & 1);
                    flag("u", up & 2);
                    flag("n", up & 4);
                    text(" ");
                }
                flag("p", bits & 1);
                flag("w", bits & 2);
                flag("u", bits & 4);
                flag("n", bits & 8);
                flag("g", bits & 16);
                text(" ");
                flag("WP ", config & 1);
                flag("SMEP ", config & 2);
                flag("SMAP ", config & 4);
                flag("AC ", config & 8);
                flag("PCID", config & 16);
                text(":");
                for (int a = 0; a < 6; a++) {
                    put(leaf, entry);
                    if (upper_bits)
                        put(upper, above);
                    invlpg(linear);
                    access(a % 3, a >= 3, config & 8);
                    outcome(get(leaf), upper_bits ? get(upper) : 0);
                }
                line();
            }
        }
    }
    set_cr4(cr4);
    set_cr0(cr0);
    if (upper_bits)
        put(upper, upper_bits | P | W | U);
}

/* Each bit of an entry that is not an address's: which are reserved? Address bits of RAM's size are left alone. */
static void reserved(const char *name, void *entry, u64 good, int nxe)
{
    prepare();
    if (get_cr4() & CR4_PAE)
        set_msr(0xC0000080, nxe ? get_msr(0xC0000080) | 0x800 : get_msr(0xC0000080) & ~0x800ULL);
    for (int bit = 7; bit < (wide ? 64 : 32); bit++) {
        if (bit >= (good & PS ? 30 : 12) && bit < 40) /* an address outside RAM, or another address */
            continue;
        put(entry, good ^ 1ULL << bit);
        invlpg(linear);
        access(0, 0, 0);
        put(entry, good);
        invlpg(linear);
        if (trap.vector == 3)
            continue;
        text(name);
        text(nxe ? " NXE bit " : " bit ");
        hex(bit);
        text(":");
        outcome(0, 0);
        line();
    }
    if (get_cr4() & CR4_PAE)
        set_msr(0xC0000080, get_msr(0xC0000080) | 0x800);
}

int main(void)
{
    memset8((void *)TARGET, 0xCC, 4096);
#ifdef __x86_64__
    extern u64 boot_pml4[];
    static u64 pdpt[512] __attribute__((aligned(4096)));
    linear = 0x8000000000 + TARGET;
    set_cr4(get_cr4() | CR4_PSE);
    boot_pml4[1] = (word)pdpt | 7;
    pd[4] = (word)pt | 7;
    pdpt[0] = (word)pd | 7;
    matrix("4K", &pt[0], TARGET, &pd[4], (word)pt, 1, 1);
    pt[0] = TARGET | 7;
    for (int nxe = 0; nxe < 2; nxe++) {
        reserved("4-level PT", &pt[0], TARGET | 7, nxe);
        reserved("4-level PD", &pd[4], (word)pt | 7, nxe);
        reserved("4-level PDPT", &pdpt[0], (word)pd | 7, nxe);
        reserved("4-level PML4", &boot_pml4[1], (word)pdpt | 7, nxe);
    }
    matrix("2M", &pd[4], TARGET | PS, &pdpt[0], (word)pd, 1, 1);
    for (int nxe = 0; nxe < 2; nxe++)
        reserved("4-level 2M", &pd[4], TARGET | PS | 7, nxe);
    matrix("1G", &pdpt[0], PS, &boot_pml4[1], (word)pdpt, 1, 1);
    for (int nxe = 0; nxe < 2; nxe++)
        reserved("4-level 1G", &pdpt[0], PS | 7, nxe);
#else
    extern u8 boot_pml4[], boot_pdpt[];
    u32 *pd32 = (u32 *)boot_pml4;
    linear = 0xC0000000 + TARGET;
    wide = 0;
    for (int i = 0; i < 64; i++) {
        pd32[i] = i << 22 | 0x83;
        pd32[i + UALIAS / 0x400000] = i << 22 | 0x87;
    }
    u32 *pt32 = (u32 *)pt;
    pd32[linear >> 22] = (word)pt32 | 7;
    user_alias = UALIAS;
    set_cr3((word)pd32);
    set_cr4(get_cr4() | CR4_PSE);
    set_cr0(get_cr0() | 1 << 31);
    matrix("32-bit 4K", &pt32[0], TARGET, &pd32[linear >> 22], (word)pt32, 0, 0);
    pt32[0] = TARGET | 7;
    reserved("32-bit PT", &pt32[0], TARGET | 7, 0);
    reserved("32-bit PD", &pd32[linear >> 22], (word)pt32 | 7, 0);
    matrix("32-bit 4M", &pd32[linear >> 22], TARGET | PS, 0, 0, 0, 0);
    reserved("32-bit 4M", &pd32[linear >> 22], TARGET | PS | 7, 0);
    set_cr0(get_cr0() & ~(1 << 31));

    wide = 1;
    u64 *pdpt_pae = (u64 *)boot_pdpt;
    extern u64 boot_pd[], boot_pd_user[];
    for (int i = 0; i < 64; i++) {
        boot_pd[i] = i << 21 | 0x83;
        boot_pd_user[i] = i << 21 | 0x87;
    }
    memset8(pdpt_pae, 0, 4096);
    pdpt_pae[0] = (word)boot_pd | 1;
    pdpt_pae[1] = (word)boot_pd_user | 1;
    pdpt_pae[3] = (word)pd | 1;
    memset8(pt, 0, 4096);
    pd[4] = (word)pt | 7;
    set_cr4(get_cr4() | CR4_PAE);
    set_msr(0xC0000080, get_msr(0xC0000080) | 0x800);
    set_cr3((word)pdpt_pae);
    set_cr0(get_cr0() | 1 << 31);
    matrix("PAE 4K", &pt[0], TARGET, &pd[4], (word)pt, 1, 0);
    pt[0] = TARGET | 7;
    for (int nxe = 0; nxe < 2; nxe++) {
        reserved("PAE PT", &pt[0], TARGET | 7, nxe);
        reserved("PAE PD", &pd[4], (word)pt | 7, nxe);
    }
    matrix("PAE 2M", &pd[4], TARGET | PS, 0, 0, 1, 0);
    for (int nxe = 0; nxe < 2; nxe++)
        reserved("PAE 2M", &pd[4], TARGET | PS | 7, nxe);
    /* PDPTEs are checked when they are loaded. */
    for (int bit = 0; bit < 64; bit++) {
        if (bit >= 12 && bit < 40)
            continue;
        pdpt_pae[2] = 1ULL << bit | 1;
        kernel();
        R.ax = (word)pdpt_pae;
        quiet(load_cr3);
        pdpt_pae[2] = 0;
        set_cr3((word)pdpt_pae);
        if (trap.vector != 3) {
            text("PDPTE bit ");
            hex(bit);
            report("");
            line();
        }
    }
#endif
    return 0;
}
