/*
 * Executes single floating-point instructions on the real processor.
 *
 * "fp-oracle list" prints the names of the operations, one a line; their order gives their numbers.
 * "fp-oracle run" reads records of 64 bytes from stdin and writes one of 64 bytes to stdout for each:
 *   in   0 u32 operation   4 u32 MXCSR, or x87 control word and status word << 16   8 u16 x87 tag word
 *        16 a[16]  32 b[16]  48 c[16]      (x87: a = ST(0), b = ST(1), c = memory operand)
 *   out  0 result[16] (x87: ST(0))   16 ST(1)   32 memory operand afterwards[16]   48 u32 MXCSR or status word
 *        52 u32 tag word   56 u32 signal, 0 if none
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

struct in {
    uint32_t op, mode;
    uint16_t tag, aux;
    uint32_t pad;
    uint8_t a[16], b[16], c[16];
};

struct out {
    uint8_t r[16], r2[16], mem[16];
    uint32_t status, tag, signal, pad;
};


static struct in in;
static struct out out;
static uint32_t default_mxcsr = 0x1F80;
static sigjmp_buf jump;

static void on_signal(int number, siginfo_t *info, void *context) {
    ucontext_t *u = context;
    (void)info;
    out.status = u->uc_mcontext.fpregs->mxcsr;
    out.signal = number;
    siglongjmp(jump, 1);
}

#define SSE(name, text)                                                                                     \
    static void op_##name(void) {                                                                           \
        __asm__ volatile(                                                                                   \
            "movups %[a],%%xmm0\n\tmovups %[b],%%xmm1\n\tmovups %[c],%%xmm2\n\tmov %[a],%%rax\n\t"          \
            "xor %%ecx,%%ecx\n\tldmxcsr %[m]\n\t" text "\n\tstmxcsr %[s]\n\tldmxcsr %[d]\n\t"               \
            "movups %%xmm0,%[r]"                                                                            \
            : [r] "=m"(out.r), [s] "=m"(out.status)                                                         \
            : [a] "m"(in.a), [b] "m"(in.b), [c] "m"(in.c), [m] "m"(in.mode), [d] "m"(default_mxcsr)         \
            : "xmm0", "xmm1", "xmm2", "rax", "rcx", "cc", "memory");                                        \
    }

/* Two operands, single and double: "add" gives ADD32 and ADD64. */
#define SSE2_(name, insn) SSE(name##32, insn "ss %%xmm1,%%xmm0") SSE(name##64, insn "sd %%xmm1,%%xmm0")

/* EFLAGS as the result, without its undefined and system bits. */
#define FLAGS "\n\tpushfq\n\tpop %%rax\n\tand $0x45,%%eax\n\tmovq %%rax,%%xmm0"
#define TO_INT "\n\tmovq %%rax,%%xmm0"

SSE2_(ADD, "add")
SSE2_(SUB, "sub")
SSE2_(MUL, "mul")
SSE2_(DIV, "div")
SSE2_(MIN, "min")
SSE2_(MAX, "max")
SSE2_(SQRT, "sqrt")
SSE(COMI32, "comiss %%xmm1,%%xmm0" FLAGS)
SSE(COMI64, "comisd %%xmm1,%%xmm0" FLAGS)
SSE(UCOMI32, "ucomiss %%xmm1,%%xmm0" FLAGS)
SSE(UCOMI64, "ucomisd %%xmm1,%%xmm0" FLAGS)
SSE(FMA32, "vfmadd213ss %%xmm2,%%xmm1,%%xmm0")
SSE(FMA64, "vfmadd213sd %%xmm2,%%xmm1,%%xmm0")
SSE(FMA132_32, "vfmadd132ss %%xmm2,%%xmm1,%%xmm0")
SSE(FMA132_64, "vfmadd132sd %%xmm2,%%xmm1,%%xmm0")
SSE(FMA231_32, "vfmadd231ss %%xmm2,%%xmm1,%%xmm0")
SSE(FMA231_64, "vfmadd231sd %%xmm2,%%xmm1,%%xmm0")
SSE(FNMSUB32, "vfnmsub213ss %%xmm2,%%xmm1,%%xmm0")
SSE(FNMSUB64, "vfnmsub213sd %%xmm2,%%xmm1,%%xmm0")
#define ROUND(n)                                       \
    SSE(ROUND32_##n, "roundss $" #n ",%%xmm0,%%xmm0")  \
    SSE(ROUND64_##n, "roundsd $" #n ",%%xmm0,%%xmm0")
ROUND(0)
ROUND(1)
ROUND(2)
ROUND(3)
ROUND(4)
ROUND(8)
SSE(F32_I32, "cvtss2si %%xmm0,%%eax" TO_INT)
SSE(F32_I64, "cvtss2si %%xmm0,%%rax" TO_INT)
SSE(F64_I32, "cvtsd2si %%xmm0,%%eax" TO_INT)
SSE(F64_I64, "cvtsd2si %%xmm0,%%rax" TO_INT)
SSE(F32_I32T, "cvttss2si %%xmm0,%%eax" TO_INT)
SSE(F32_I64T, "cvttss2si %%xmm0,%%rax" TO_INT)
SSE(F64_I32T, "cvttsd2si %%xmm0,%%eax" TO_INT)
SSE(F64_I64T, "cvttsd2si %%xmm0,%%rax" TO_INT)
SSE(I32_F32, "cvtsi2ss %%eax,%%xmm0")
SSE(I64_F32, "cvtsi2ss %%rax,%%xmm0")
SSE(I32_F64, "cvtsi2sd %%eax,%%xmm0")
SSE(I64_F64, "cvtsi2sd %%rax,%%xmm0")
SSE(F32_F64, "cvtss2sd %%xmm0,%%xmm0")
SSE(F64_F32, "cvtsd2ss %%xmm0,%%xmm0")
SSE(F16_F32, "vcvtph2ps %%xmm0,%%xmm0")
#define TO_HALF(n) SSE(F32_F16_##n, "vcvtps2ph $" #n ",%%xmm0,%%xmm0")
TO_HALF(0)
TO_HALF(1)
TO_HALF(2)
TO_HALF(3)
TO_HALF(4)
SSE(ADDPS, "addps %%xmm1,%%xmm0")
SSE(DIVPD, "divpd %%xmm1,%%xmm0")

#define OP(name) {#name, op_##name},
#define OP2(name) OP(name##32) OP(name##64)

static const struct {
    const char *name;
    void (*run)(void);
} operations[] = {
    OP2(ADD) OP2(SUB) OP2(MUL) OP2(DIV) OP2(MIN) OP2(MAX) OP2(SQRT) OP2(COMI) OP2(UCOMI) OP2(FMA) OP2(FMA132_)
    OP2(FMA231_) OP2(FNMSUB)
    OP(ROUND32_0) OP(ROUND32_1) OP(ROUND32_2) OP(ROUND32_3) OP(ROUND32_4) OP(ROUND32_8)
    OP(ROUND64_0) OP(ROUND64_1) OP(ROUND64_2) OP(ROUND64_3) OP(ROUND64_4) OP(ROUND64_8)
    OP(F32_I32) OP(F32_I64) OP(F64_I32) OP(F64_I64) OP(F32_I32T) OP(F32_I64T) OP(F64_I32T) OP(F64_I64T)
    OP(I32_F32) OP(I64_F32) OP(I32_F64) OP(I64_F64) OP(F32_F64) OP(F64_F32)
    OP(F16_F32) OP(F32_F16_0) OP(F32_F16_1) OP(F32_F16_2) OP(F32_F16_3) OP(F32_F16_4)
    OP(ADDPS) OP(DIVPD)
};

#define COUNT (sizeof operations / sizeof operations[0])

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "list") == 0) {
        for (size_t i = 0; i < COUNT; i++) {
            puts(operations[i].name);
        }
        return 0;
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGFPE, &action, NULL);
    sigaction(SIGILL, &action, NULL);
    while (fread(&in, sizeof in, 1, stdin) == 1) {
        memset(&out, 0, sizeof out);
        if (in.op >= COUNT) {
            return 1;
        }
        if (sigsetjmp(jump, 0) == 0) {
            operations[in.op].run();
        }
        if (fwrite(&out, sizeof out, 1, stdout) != 1) {
            return 1;
        }
    }
    return 0;
}
