/*
 * Executes single instructions of CPL 3 on the real processor, as many as it is given, and says what they did.
 *
 * Every instruction is entered by the return from a signal handler and left by the next signal: all bytes around it
 * are INT3, so it traps behind the instruction, or the instruction itself faults. One handler writes down the state
 * of the instruction that has just trapped and puts the state of the next into the signal frame. The frame holds
 * everything: general registers, flags, CS and SS (so also compatibility mode), x87, XMM and YMM registers.
 *
 * Protocol, little-endian: frames of a u32 length and so many bytes, each answered by one frame. The first frame
 * holds the initial contents of the data window (WINDOW_SIZE bytes). All others hold vectors, see struct vector and
 * struct result. A frame of length 0 ends the program.
 *
 * Addresses: CODE, two pages, not writable. WINDOW, RW_SIZE bytes of data and behind them a read-only page; the same
 * memory again at WINDOW_HIGH. Nothing is mapped beside them. What an instruction changed in the window is reported
 * as differences from the initial contents and undone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE 4096UL
#define CODE 0x10000000UL
#define CODE_SIZE (2 * PAGE)
#define CODE_ALIAS 0x6f0010000000UL
#define WINDOW 0x20000000UL
#define WINDOW_HIGH 0x600020000000UL
#define WINDOW_ALIAS 0x6f0020000000UL
#define RW_SIZE (4 * PAGE)
#define WINDOW_SIZE (5 * PAGE)

#define USER_DS 0x2b
#define USER_CS64 0x33
#define USER_CS32 0x23

enum { HAS_FP = 1, COMPATIBILITY = 2 };

struct fp {
    uint32_t mxcsr;
    uint16_t fcw, fsw, ftw, fop;
    uint32_t pad;
    uint64_t fip, fdp;
    uint8_t st[8][16];
    uint8_t ymm[16][32];
};

struct vector {
    uint32_t length; /* of this record: patches and the FP section follow */
    uint8_t flags, patches, code_length, pad;
    uint64_t rip;
    uint8_t code[16];
    uint64_t rflags, fs_base, gs_base, gpr[16];
};

struct patch {
    uint32_t offset; /* in the window */
    uint32_t length; /* multiple of 8 */
    uint8_t bytes[];
};

struct result {
    uint32_t length; /* differences and the FP section follow */
    uint8_t flags, signal, vector, pad;
    uint32_t error_code, differences;
    uint64_t cr2, rip, rflags, fs_base, gs_base, gpr[16];
    uint16_t selectors[8]; /* ES CS SS DS FS GS */
};

struct difference {
    uint64_t offset, value;
};

/* General registers in the order of their numbers. */
static const int gregs[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                              REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

static uint8_t initial[WINDOW_SIZE] __attribute__((aligned(64)));
static uint8_t *in, *in_end, *out;
static size_t in_capacity, out_capacity, out_length;
static uint8_t *next_vector;
static struct vector *current;
static struct vector *seen_by_alarm;

/* No libc from here on: FS belongs to the instruction under test. */

static long call3(long n, long a, long b, long c) {
    long r;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return r;
}

static void die(const char *text) {
    size_t n = 0;
    while (text[n]) {
        n++;
    }
    call3(SYS_write, 2, (long)text, n);
    call3(SYS_exit_group, 3, 0, 0);
    __builtin_unreachable();
}

static void transfer(int number, int fd, uint8_t *at, size_t n) {
    while (n) {
        long done = call3(number, fd, (long)at, n);
        if (done == -EINTR) {
            continue;
        }
        if (done <= 0) {
            call3(SYS_exit_group, 0, 0, 0);
        }
        at += done;
        n -= done;
    }
}

static void read_frame(void) {
    uint32_t length;
    transfer(SYS_read, 0, (uint8_t *)&length, 4);
    if (length == 0) {
        call3(SYS_exit_group, 0, 0, 0);
    }
    if (length > in_capacity) {
        die("oracle: frame too long\n");
    }
    transfer(SYS_read, 0, in, length);
    next_vector = in;
    in_end = in + length;
}

static void write_frame(void) {
    uint32_t length = out_length;
    transfer(SYS_write, 1, (uint8_t *)&length, 4);
    transfer(SYS_write, 1, out, length);
    out_length = 0;
}

static int compare_window(struct difference *d) {
    const uint64_t *now = (const uint64_t *)WINDOW_ALIAS;
    const uint64_t *then = (const uint64_t *)initial;
    int n = 0;
    for (size_t i = 0; i < RW_SIZE / 8; i += 16) {
        uint64_t x = 0;
        for (int k = 0; k < 16; k++) {
            x |= now[i + k] ^ then[i + k];
        }
        if (x) {
            for (int k = 0; k < 16; k++) {
                if (now[i + k] != then[i + k]) {
                    d[n].offset = 8 * (i + k);
                    d[n].value = now[i + k];
                    n++;
                    ((uint64_t *)WINDOW_ALIAS)[i + k] = then[i + k];
                }
            }
        }
    }
    return n;
}

static void load_selectors(void) {
    __asm__ volatile("mov %0,%%ds\n\tmov %0,%%es\n\tmov %0,%%fs\n\tmov %0,%%gs" ::"r"(USER_DS));
}

static void save_fp(struct fp *f, struct _libc_fpstate *x) {
    uint8_t *ymm = (uint8_t *)x + 576;
    f->mxcsr = x->mxcsr;
    f->fcw = x->cwd;
    f->fsw = x->swd;
    f->ftw = x->ftw;
    f->fop = x->fop;
    f->pad = 0;
    f->fip = x->rip;
    f->fdp = x->rdp;
    memcpy(f->st, x->_st, sizeof f->st);
    for (int i = 0; i < 16; i++) {
        memcpy(f->ymm[i], &x->_xmm[i], 16);
        memcpy(f->ymm[i] + 16, ymm + 16 * i, 16);
    }
}

static void load_fp(struct fp *f, struct _libc_fpstate *x) {
    uint8_t *ymm = (uint8_t *)x + 576;
    x->mxcsr = f->mxcsr;
    x->cwd = f->fcw;
    x->swd = f->fsw;
    x->ftw = f->ftw;
    x->fop = f->fop;
    x->rip = f->fip;
    x->rdp = f->fdp;
    memcpy(x->_st, f->st, sizeof f->st);
    for (int i = 0; i < 16; i++) {
        memcpy(&x->_xmm[i], f->ymm[i], 16);
        memcpy(ymm + 16 * i, f->ymm[i] + 16, 16);
    }
    *(uint64_t *)((uint8_t *)x + 512) |= 7; /* XSTATE_BV: x87, SSE, AVX are in use */
}

static void save(int number, siginfo_t *info, ucontext_t *u, uint64_t fs_base, uint64_t gs_base) {
    greg_t *g = u->uc_mcontext.gregs;
    if (out_length + sizeof(struct result) + sizeof(struct fp) + 2 * RW_SIZE > out_capacity) {
        die("oracle: answer too long\n");
    }
    struct result *r = (struct result *)(out + out_length);
    r->flags = current->flags & HAS_FP;
    r->signal = number;
    r->vector = g[REG_TRAPNO];
    r->pad = 0;
    r->error_code = g[REG_ERR];
    r->cr2 = g[REG_CR2];
    r->rip = g[REG_RIP];
    r->rflags = g[REG_EFL];
    r->fs_base = fs_base;
    r->gs_base = gs_base;
    for (int i = 0; i < 16; i++) {
        r->gpr[i] = g[gregs[i]];
    }
    uint64_t packed = g[REG_CSGSFS];
    r->selectors[1] = packed;
    r->selectors[2] = packed >> 48;
    __asm__("mov %%es,%0" : "=r"(r->selectors[0]));
    __asm__("mov %%ds,%0" : "=r"(r->selectors[3]));
    __asm__("mov %%fs,%0" : "=r"(r->selectors[4]));
    __asm__("mov %%gs,%0" : "=r"(r->selectors[5]));
    r->selectors[6] = r->selectors[7] = 0;
    if (r->selectors[0] != USER_DS || r->selectors[3] != USER_DS || r->selectors[4] != USER_DS ||
        r->selectors[5] != USER_DS) {
        load_selectors();
    }
    struct difference *d = (struct difference *)(r + 1);
    r->differences = compare_window(d);
    uint8_t *end = (uint8_t *)(d + r->differences);
    if (r->flags & HAS_FP) {
        save_fp((struct fp *)end, u->uc_mcontext.fpregs);
        end += sizeof(struct fp);
    }
    r->length = end - (uint8_t *)r;
    out_length += r->length;
    memset((uint8_t *)(CODE_ALIAS + (current->rip - CODE)), 0xCC,
           current->rip - CODE + current->code_length > CODE_SIZE ? CODE_SIZE - (current->rip - CODE)
                                                                  : current->code_length);
    (void)info;
}

static void load(ucontext_t *u) {
    greg_t *g = u->uc_mcontext.gregs;
    struct vector *v = current;
    uint64_t offset = v->rip - CODE;
    for (unsigned i = 0; i < v->code_length && offset + i < CODE_SIZE; i++) {
        ((uint8_t *)CODE_ALIAS)[offset + i] = v->code[i];
    }
    uint8_t *p = (uint8_t *)(v + 1);
    for (int i = 0; i < v->patches; i++) {
        struct patch *q = (struct patch *)p;
        memcpy((uint8_t *)WINDOW_ALIAS + q->offset, q->bytes, q->length);
        p += sizeof *q + q->length;
    }
    if (v->flags & HAS_FP) {
        load_fp((struct fp *)p, u->uc_mcontext.fpregs);
    }
    for (int i = 0; i < 16; i++) {
        g[gregs[i]] = v->gpr[i];
    }
    g[REG_RIP] = v->rip;
    g[REG_EFL] = v->rflags;
    g[REG_CSGSFS] = (uint64_t)USER_DS << 48 | (v->flags & COMPATIBILITY ? USER_CS32 : USER_CS64);
    __asm__ volatile("wrfsbase %0\n\twrgsbase %1" ::"r"(v->fs_base), "r"(v->gs_base));
}

static void on_signal(int number, siginfo_t *info, void *context) {
    uint64_t fs_base, gs_base;
    /* AC, NT and ID of the instruction are still set, and would be in the flags of the next. */
    __asm__ volatile("pushfq\n\tandl $~0x244000,(%%rsp)\n\tpopfq" ::: "cc", "memory");
    __asm__ volatile("rdfsbase %0\n\trdgsbase %1" : "=r"(fs_base), "=r"(gs_base));
    ucontext_t *u = context;
    if (number == SIGVTALRM) {
        if (current == NULL || current != seen_by_alarm) {
            seen_by_alarm = current;
            return;
        }
    }
    if (current != NULL) {
        save(number, info, u, fs_base, gs_base);
    }
    while (next_vector == in_end) {
        current = NULL;
        if (out_length != 0) {
            write_frame();
        }
        read_frame();
    }
    current = (struct vector *)next_vector;
    seen_by_alarm = NULL;
    next_vector += current->length;
    load(u);
}

static void *map(unsigned long at, size_t length, int protection, int fd, size_t offset) {
    void *p = mmap((void *)at, length, protection, MAP_SHARED | MAP_FIXED_NOREPLACE | MAP_POPULATE, fd, offset);
    if (p != (void *)at) {
        perror("oracle: mmap");
        exit(2);
    }
    return p;
}

/* An instruction under test that turns out to be a system call must not do anything. */
static void restrict_calls(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_read, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        perror("oracle: seccomp");
        exit(2);
    }
}

int main(void) {
    if (!__builtin_cpu_supports("avx")) {
        fprintf(stderr, "oracle: needs a processor with AVX\n");
        return 2;
    }
    int code = memfd_create("code", 0), data = memfd_create("data", 0);
    if (ftruncate(code, CODE_SIZE) || ftruncate(data, WINDOW_SIZE)) {
        perror("oracle: memfd");
        return 2;
    }
    map(CODE_ALIAS, CODE_SIZE, PROT_READ | PROT_WRITE, code, 0);
    map(CODE, CODE_SIZE, PROT_READ | PROT_EXEC, code, 0);
    map(WINDOW_ALIAS, WINDOW_SIZE, PROT_READ | PROT_WRITE, data, 0);
    unsigned long at[] = {WINDOW, WINDOW_HIGH};
    for (int i = 0; i < 2; i++) {
        map(at[i], RW_SIZE, PROT_READ | PROT_WRITE, data, 0);
        map(at[i] + RW_SIZE, WINDOW_SIZE - RW_SIZE, PROT_READ, data, RW_SIZE);
    }
    memset((void *)CODE_ALIAS, 0xCC, CODE_SIZE);

    in_capacity = 64 << 20;
    out_capacity = 256 << 20;
    in = malloc(in_capacity);
    out = malloc(out_capacity);
    size_t stack_size = 1 << 16;
    stack_t stack = {.ss_sp = aligned_alloc(64, stack_size), .ss_size = stack_size};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    sigfillset(&action.sa_mask);
    int signals[] = {SIGTRAP, SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGVTALRM, SIGSYS};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaction(signals[i], &action, NULL);
    }
    struct itimerval interval = {{0, 500000}, {0, 500000}};
    setitimer(ITIMER_VIRTUAL, &interval, NULL);

    read_frame();
    if (in_end - in != WINDOW_SIZE) {
        fprintf(stderr, "oracle: first frame must hold the window\n");
        return 2;
    }
    memcpy(initial, in, WINDOW_SIZE);
    memcpy((void *)WINDOW_ALIAS, initial, WINDOW_SIZE);
    next_vector = in_end;
    restrict_calls();
    load_selectors();
    __asm__ volatile("int3");
    return 4;
}
