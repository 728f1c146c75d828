/* What the system test images have in common. See start.S for the layout of memory. */
#include "layout.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned long word;

/* Registers of a case, before or after; start.S knows the order. */
struct regs {
#ifdef __x86_64__
    word ax, bx, cx, dx, si, di, bp, r8, r9, r10, r11, r12, r13, r14, r15, ip, cs, flags, sp, ss;
#else
    word ax, bx, cx, dx, si, di, bp, ip, cs, flags, sp, ss, es, ds, fs, gs, outer, unused[3];
#endif
};

/* How a case ended. */
struct trap {
    struct regs r;
    word vector, error, cr2, dr6, handler_sp, handler_ss, handler_flags;
};

extern struct trap trap;
extern struct regs R; /* registers of the next case */
extern u64 gdt[];
extern u8 stubs[], kernel_stack[], user_stack[];
extern word boot_information;
extern word user_alias; /* where user code and stack are, relative to their addresses in the image */

#define STACK_SIZE 8192

void enter(const struct regs *r);
void finish(void);

/* Output: a line is sent at its end. */
void text(const char *s);
void hex(u64 value);
void field(const char *name, u64 value);
void place(u64 address);
void pending(char *to); /* what the line holds so far */
void line(void);

/* Puts default values into R: kernel or user mode, own stack, flags 2. */
void kernel(void);
void user(void);
#ifdef __x86_64__
void user32(void);
#endif

/* Lets R begin at the code. */
void start(const void *code);

/* Runs the code at R and prints a line: how it ended and which registers have changed. */
void run(const char *name, const void *code);

/* As run(), without a word. */
void quiet(const void *code);
void report(const char *name);

void set_gate(int vector, word handler, int selector, int type, int ist);
void reset_gates(void);
void memset8(void *to, int value, word size);

struct tss64 {
    u32 reserved0;
    u64 rsp[3] __attribute__((packed));
    u64 ist[8] __attribute__((packed)); /* ist[0] is reserved */
    u64 reserved2 __attribute__((packed));
    u16 reserved3, iomap;
} __attribute__((packed));

struct tss32 {
    u32 link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi;
    u32 es, cs, ss, ds, fs, gs, ldt;
    u16 trap, iomap;
    u8 bitmap[0x2001];
} __attribute__((packed));

#ifdef __x86_64__
extern struct tss64 tss;
#else
extern struct tss32 tss;
#endif

/* A piece of code that ends with INT3, the sign that all went well. */
#define CODE(name, code) \
    extern u8 name[]; \
    asm(".text\n\t.balign 16\n" #name ":\n\t" code "\n\tint3\n")

#define MEMORY_READ_WRITE asm volatile("" ::: "memory")

static inline word get_cr0(void) { word v; asm volatile("mov %%cr0,%0" : "=r"(v)); return v; }
static inline word get_cr3(void) { word v; asm volatile("mov %%cr3,%0" : "=r"(v)); return v; }
static inline word get_cr4(void) { word v; asm volatile("mov %%cr4,%0" : "=r"(v)); return v; }
static inline void set_cr0(word v) { asm volatile("mov %0,%%cr0" ::"r"(v) : "memory"); }
static inline void set_cr2(word v) { asm volatile("mov %0,%%cr2" ::"r"(v) : "memory"); }
static inline void set_cr3(word v) { asm volatile("mov %0,%%cr3" ::"r"(v) : "memory"); }
static inline void set_cr4(word v) { asm volatile("mov %0,%%cr4" ::"r"(v) : "memory"); }
static inline void set_dr0(word v) { asm volatile("mov %0,%%dr0" ::"r"(v) : "memory"); }
static inline void set_dr1(word v) { asm volatile("mov %0,%%dr1" ::"r"(v) : "memory"); }
static inline void set_dr6(word v) { asm volatile("mov %0,%%dr6" ::"r"(v) : "memory"); }
static inline void set_dr7(word v) { asm volatile("mov %0,%%dr7" ::"r"(v) : "memory"); }
static inline void invlpg(word a) { asm volatile("invlpg (%0)" ::"r"(a) : "memory"); }
static inline void out8(int port, int v) { asm volatile("outb %b0,%w1" ::"a"(v), "d"(port) : "memory"); }
static inline int in8(int port) { int v; asm volatile("xor %0,%0; inb %w1,%b0" : "=&a"(v) : "d"(port) : "memory"); return v; }
static inline void set_msr(u32 n, u64 v) { asm volatile("wrmsr" ::"c"(n), "a"((u32)v), "d"((u32)(v >> 32)) : "memory"); }
static inline u64 get_msr(u32 n) { u32 a, d; asm volatile("rdmsr" : "=a"(a), "=d"(d) : "c"(n)); return (u64)d << 32 | a; }

static inline void cpuid(u32 leaf, u32 sub, u32 *a, u32 *b, u32 *c, u32 *d)
{
    asm volatile("cpuid" : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d) : "0"(leaf), "2"(sub));
}
