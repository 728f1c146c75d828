/*
 * Executes single x87 instructions on the real processor.
 *
 * Reads records of 256 bytes from stdin and writes one of 256 bytes to stdout for each:
 *   in   0 instruction[8], padded with NOPs   16 FRSTOR image (32-bit protected form)[108]
 *        128 memory operand[128], at 200000h, which is in RAX; the instruction is at 100000h
 *   out  0 FNSAVE image[108]   112 u32 EFLAGS   116 u32 AX                              120 u32 signal, 0 if none
 *        124 u32 status word at the signal   128 memory operand afterwards[128]
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

struct in {
    uint8_t code[8];
    uint64_t pad;
    uint8_t image[112];
    uint8_t memory[128];
};

struct out {
    uint8_t image[108];
    uint32_t pad;
    uint32_t eflags, ax, signal, status;
    uint8_t memory[128];
};

static struct in in;
static struct out out;
static sigjmp_buf jump;

static void on_signal(int number, siginfo_t *info, void *context) {
    ucontext_t *u = context;
    (void)info;
    out.signal = number;
    out.status = u->uc_mcontext.fpregs->swd;
    siglongjmp(jump, 1);
}

static uint8_t *map(uintptr_t address, int protection) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
    void *p = mmap((void *)address, 4096, protection, flags, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

int main(void) {
    uint8_t *code = map(0x100000, PROT_READ | PROT_WRITE | PROT_EXEC);
    uint8_t *memory = map(0x200000, PROT_READ | PROT_WRITE);
    if (code == NULL || memory == NULL) {
        return 1;
    }
    code[8] = 0xC3;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGFPE, &action, NULL);
    sigaction(SIGILL, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
    while (fread(&in, sizeof in, 1, stdin) == 1) {
        memset(&out, 0, sizeof out);
        memcpy(memory, in.memory, sizeof in.memory);
        memcpy(code, in.code, sizeof in.code);
        if (sigsetjmp(jump, 0) == 0) {
            uint64_t rax, flags;
            __asm__ volatile(
                "frstor %[image]\n\tmov %[memory],%%rax\n\tpushq $2\n\tpopfq\n\tcall *%[code]\n\tpushfq\n\tpop %[flags]\n\t"
                "fnsave %[result]"
                : "=&a"(rax), [flags] "=&r"(flags), [result] "=m"(out.image)
                : [image] "m"(in.image), [memory] "r"(memory), [code] "r"(code)
                : "cc", "memory");
            out.eflags = flags & 0xFF;
            out.ax = rax & 0xFFFF;
        } else {
            __asm__ volatile("fninit");
        }
        memcpy(out.memory, memory, sizeof out.memory);
        if (fwrite(&out, sizeof out, 1, stdout) != 1) {
            return 1;
        }
    }
    return 0;
}
