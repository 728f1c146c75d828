/*
 * Executes single instructions on the real processor. Usage: instruction-oracle WINDOW <records >answers
 *
 * A record is a whole register state, the instruction's bytes, and WINDOW bytes of memory that end where an unmapped
 * page begins. The answer has the same layout with the state after the instruction, or after the trap it raised.
 *
 * The state gets in and out through signal frames: returning from the handler loads all registers, the breakpoint
 * behind the instruction (or its fault) brings the handler back with all registers saved. One signal per record.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define CODE_PAGE 0x180000UL
#define WINDOW_PAGE 0x1ff000UL
#define WINDOW_END 0x200000UL

struct record {
    union {
        uint8_t code[16]; /* in: ends with the breakpoint */
        struct {
            uint64_t trap;    /* out: vector; 3 means that the instruction ran */
            uint64_t address; /* out: CR2 */
        } out;
    } u;
    uint64_t gpr[16]; /* in the order of their numbers */
    uint64_t rip;     /* out */
    uint64_t rflags;
    uint32_t mxcsr;
    uint16_t fcw;
    uint16_t fsw;
    uint8_t ftw; /* abridged: a bit per register that is not empty */
    uint8_t pad[7];
    uint64_t ymm[16][4];
    uint8_t st[8][16]; /* in the order of the stack */
    uint64_t error;    /* out */
    uint64_t pad2;
    uint8_t window[];
};

static size_t window_size, record_size, count, next;
static uint8_t *records;

static const int numbers[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

static struct record *record(size_t n) { return (struct record *)(records + n * record_size); }

static void take(struct record *r, ucontext_t *uc, uint8_t *x) {
    greg_t *g = uc->uc_mcontext.gregs;
    uint64_t present;
    memcpy(&present, x + 512, 8);
    r->u.out.trap = g[REG_TRAPNO];
    r->u.out.address = g[REG_CR2];
    r->error = g[REG_ERR];
    for (int i = 0; i < 16; i++) r->gpr[i] = g[numbers[i]];
    r->rip = g[REG_RIP];
    r->rflags = g[REG_EFL];
    memcpy(&r->mxcsr, x + 24, 4);
    memset(r->ymm, 0, sizeof r->ymm);
    memset(r->st, 0, sizeof r->st);
    r->fcw = 0x37f;
    r->fsw = 0;
    r->ftw = 0;
    if (present & 1) {
        memcpy(&r->fcw, x, 2);
        memcpy(&r->fsw, x + 2, 2);
        r->ftw = x[4];
        for (int i = 0; i < 8; i++) memcpy(r->st[i], x + 32 + 16 * i, 10);
    }
    for (int i = 0; i < 16; i++) {
        if (present & 2) memcpy(r->ymm[i], x + 160 + 16 * i, 16);
        if (present & 4) memcpy(r->ymm[i] + 2, x + 576 + 16 * i, 16);
    }
    memcpy(r->window, (void *)(WINDOW_END - window_size), window_size);
}

static void give(struct record *r, ucontext_t *uc, uint8_t *x) {
    greg_t *g = uc->uc_mcontext.gregs;
    uint64_t present = 7;
    memcpy((void *)CODE_PAGE, r->u.code, 16);
    for (int i = 0; i < 16; i++) g[numbers[i]] = r->gpr[i];
    g[REG_RIP] = CODE_PAGE;
    g[REG_EFL] = r->rflags;
    g[REG_CR2] = 0;
    memset(x, 0, 24);
    memcpy(x, &r->fcw, 2);
    memcpy(x + 2, &r->fsw, 2);
    x[4] = r->ftw;
    memcpy(x + 24, &r->mxcsr, 4);
    for (int i = 0; i < 8; i++) {
        memset(x + 32 + 16 * i, 0, 16);
        memcpy(x + 32 + 16 * i, r->st[i], 10);
    }
    for (int i = 0; i < 16; i++) {
        memcpy(x + 160 + 16 * i, r->ymm[i], 16);
        memcpy(x + 576 + 16 * i, r->ymm[i] + 2, 16);
    }
    uint64_t old;
    memcpy(&old, x + 512, 8);
    present |= old;
    memcpy(x + 512, &present, 8);
    memcpy((void *)(WINDOW_END - window_size), r->window, window_size);
}

static void finish(void) {
    size_t size = count * record_size, done = 0;
    while (done < size) {
        ssize_t n = write(1, records + done, size - done);
        if (n < 0 && errno != EINTR) _exit(3);
        if (n > 0) done += n;
    }
    _exit(0);
}

static void on_signal(int number, siginfo_t *info, void *context) {
    (void)number;
    (void)info;
    ucontext_t *uc = context;
    uint8_t *x = (uint8_t *)uc->uc_mcontext.fpregs;
    if (next > 0) {
        uint64_t rip = uc->uc_mcontext.gregs[REG_RIP];
        if (rip < CODE_PAGE || rip > CODE_PAGE + 16) _exit(4); /* a fault of this program itself */
        take(record(next - 1), uc, x);
    }
    if (next == count) finish();
    give(record(next++), uc, x);
}

static void map(unsigned long at, int protection) {
    void *p = mmap((void *)at, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (p != (void *)at) {
        perror("mmap");
        exit(2);
    }
}

int main(int argc, char **argv) {
    window_size = argc > 1 ? strtoul(argv[1], NULL, 10) : 128;
    if (window_size > 4096) return 2;
    record_size = sizeof(struct record) + window_size;
    size_t size = 0, room = 1 << 20;
    records = malloc(room);
    for (;;) {
        if (size == room) records = realloc(records, room *= 2);
        ssize_t n = read(0, records + size, room - size);
        if (n < 0) return 2;
        if (n == 0) break;
        size += n;
    }
    count = size / record_size;
    map(CODE_PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
    map(WINDOW_PAGE, PROT_READ | PROT_WRITE);
    stack_t stack = {.ss_sp = malloc(1 << 18), .ss_size = 1 << 18};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    const int signals[] = {SIGTRAP, SIGILL, SIGSEGV, SIGBUS, SIGFPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
    __asm__ volatile("int3");
    return 1;
}
