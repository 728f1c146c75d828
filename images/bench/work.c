/* Guest workloads with a fixed amount of work: `work NAME UNITS` does UNITS units of it and prints a checksum that
   depends on nothing but UNITS. A unit is about a millisecond on an emulator of a thousand million instructions a
   second. */
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t seed = 88172645463325252u;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static void *allocate(size_t size)
{
    void *p = malloc(size);
    if (p == NULL) {
        fprintf(stderr, "work: out of memory\n");
        exit(1);
    }
    return p;
}

/* ---- integers ---- */

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint64_t sort(long units)
{
    enum { N = 6000 };
    uint64_t *v = allocate(N * sizeof *v), sum = 0;
    while (units-- > 0) {
        for (int i = 0; i < N; i++)
            v[i] = next_random();
        qsort(v, N, sizeof *v, compare);
        sum += v[N / 2] ^ v[0];
    }
    return sum;
}

static uint64_t hash(long units)
{
    enum { SLOTS = 1 << 16 };
    uint64_t *keys = allocate(SLOTS * sizeof *keys), sum = 0;
    while (units-- > 0) {
        memset(keys, 0, SLOTS * sizeof *keys);
        for (int i = 0; i < 20000; i++) {
            uint64_t key = (next_random() & 0xFFFF) + 1, h = key * 0x9E3779B97F4A7C15u >> 48;
            while (keys[h] != 0 && keys[h] != key)
                h = (h + 1) % SLOTS;
            sum += keys[h] == key;
            keys[h] = key;
        }
    }
    return sum;
}

static uint64_t sieve(long units)
{
    enum { N = 300000 };
    unsigned char *composite = allocate(N);
    uint64_t sum = 0;
    while (units-- > 0) {
        memset(composite, 0, N);
        for (int i = 2; i < N; i++) {
            if (composite[i])
                continue;
            sum += i;
            for (long j = (long)i * i; j < N; j += i)
                composite[j] = 1;
        }
    }
    return sum;
}

static uint64_t strings(long units)
{
    static const char text[] = "the quick brown fox jumps over the lazy dog and runs away from it, as foxes do; ";
    char line[512], *word, *rest;
    uint64_t sum = 0;
    while (units-- > 0) {
        for (int i = 0; i < 150; i++) {
            int n = 0;
            for (int k = 0; k < 4; k++)
                n += sprintf(line + n, "%s%d", text, i * k);
            for (word = strtok_r(line, " ,;", &rest); word; word = strtok_r(NULL, " ,;", &rest))
                sum = sum * 31 + strlen(word) + (strcmp(word, "fox") == 0) + (strstr(word, "az") != NULL);
        }
    }
    return sum;
}

static uint64_t sha256(long units)
{
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    static uint32_t k[64];
    uint32_t h[8], w[64], s[8];
    /* The constants: the first 32 bits of the fractional parts of the cube roots of the first primes. */
    for (int n = 0, prime = 2; n < 64; prime++) {
        int d = 2;
        while (d < prime && prime % d)
            d++;
        if (d == prime) {
            unsigned __int128 low = 0, high = (unsigned __int128)8 << 32;
            while (high - low > 1) {
                unsigned __int128 middle = (low + high) / 2;
                if (middle * middle * middle <= (unsigned __int128)prime << 96)
                    low = middle;
                else
                    high = middle;
            }
            k[n++] = (uint32_t)low;
        }
    }
    memcpy(h, start, sizeof h);
    for (long block = 0; block < units * 300; block++) {
        for (int i = 0; i < 16; i++)
            w[i] = (uint32_t)(block * 16 + i) * 2654435761u;
#define ROTATE(x, n) ((x) >> (n) | (x) << (32 - (n)))
        for (int i = 16; i < 64; i++) {
            uint32_t a = w[i - 15], b = w[i - 2];
            w[i] = w[i - 16] + w[i - 7] + (ROTATE(a, 7) ^ ROTATE(a, 18) ^ a >> 3) +
                   (ROTATE(b, 17) ^ ROTATE(b, 19) ^ b >> 10);
        }
        memcpy(s, h, sizeof s);
        for (int i = 0; i < 64; i++) {
            uint32_t a = s[0], e = s[4];
            uint32_t t1 = s[7] + (ROTATE(e, 6) ^ ROTATE(e, 11) ^ ROTATE(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + k[i] + w[i];
            uint32_t t2 = (ROTATE(a, 2) ^ ROTATE(a, 13) ^ ROTATE(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
            memmove(s + 1, s, 7 * sizeof *s);
            s[4] += t1;
            s[0] = t1 + t2;
        }
        for (int i = 0; i < 8; i++)
            h[i] += s[i];
    }
    return (uint64_t)h[0] << 32 | h[1];
}

/* ---- floating point ---- */

#define MATRIX(NAME, TYPE, TARGET)                                                                                     \
    TARGET static uint64_t NAME(long units)                                                                            \
    {                                                                                                                  \
        enum { N = 64 };                                                                                               \
        static TYPE a[N][N], b[N][N], c[N][N];                                                                         \
        TYPE sum = 0;                                                                                                  \
        for (int i = 0; i < N; i++)                                                                                    \
            for (int j = 0; j < N; j++) {                                                                              \
                a[i][j] = (TYPE)(i + j) / N;                                                                           \
                b[i][j] = (TYPE)(i - j) / N;                                                                           \
            }                                                                                                          \
        while (units-- > 0) {                                                                                          \
            memset(c, 0, sizeof c);                                                                                    \
            for (int i = 0; i < N; i++)                                                                                \
                for (int k = 0; k < N; k++)                                                                            \
                    for (int j = 0; j < N; j++)                                                                        \
                        c[i][j] += a[i][k] * b[k][j];                                                                  \
            a[units % N][7] += 1;                                                                                      \
            sum += c[5][units % N];                                                                                    \
        }                                                                                                              \
        return (uint64_t)(int64_t)(sum * 1000);                                                                        \
    }

MATRIX(matrix_sse2, double, __attribute__((optimize("O3"))))
MATRIX(matrix_avx2, float, __attribute__((optimize("O3"), target("avx2,fma"))))

static double root(double x)
{
    double y;
    __asm__("sqrtsd %1, %0" : "=x"(y) : "x"(x));
    return y;
}

static uint64_t nbody(long units)
{
    enum { N = 5 };
    static double p[N][3], v[N][3], m[N];
    double energy = 0;
    for (int i = 0; i < N; i++) {
        m[i] = 1.0 / (i + 1);
        for (int k = 0; k < 3; k++) {
            p[i][k] = (i + 1) * (k + 1) * (k == i % 3 ? 1.5 : 0.3);
            v[i][k] = (i - 2) * 0.1 * (k - 1);
        }
    }
    for (long step = 0; step < units * 200; step++) {
        for (int i = 0; i < N; i++)
            for (int j = i + 1; j < N; j++) {
                double d[3], square = 0.01;
                for (int k = 0; k < 3; k++) {
                    d[k] = p[i][k] - p[j][k];
                    square += d[k] * d[k];
                }
                double strength = 0.001 / (square * root(square));
                for (int k = 0; k < 3; k++) {
                    v[i][k] -= d[k] * m[j] * strength;
                    v[j][k] += d[k] * m[i] * strength;
                }
            }
        for (int i = 0; i < N; i++)
            for (int k = 0; k < 3; k++)
                p[i][k] += 0.001 * v[i][k];
    }
    for (int i = 0; i < N; i++)
        energy += m[i] * (v[i][0] * v[i][0] + v[i][1] * v[i][1] + v[i][2] * v[i][2]);
    return (uint64_t)(int64_t)(energy * 1e9);
}

static uint64_t x87(long units)
{
    uint64_t sum = 0;
    for (long n = 0; n < units * 20; n++) {
        long double x = 0, y = 0, cx = (n % 37) / 18.5L - 1.5L, cy = (n % 41) / 41.0L;
        int i = 0;
        while (i < 100 && x * x + y * y < 4) {
            long double t = x * x - y * y + cx;
            y = 2 * x * y + cy;
            x = t;
            i++;
        }
        sum += i;
    }
    return sum;
}

/* ---- memory and branches ---- */

static uint64_t chase(long units)
{
    enum { N = 1 << 20 }; /* 8 MB */
    static uint64_t *next;
    uint64_t at = 0;
    next = allocate(N * sizeof *next);
    for (uint64_t i = 0; i < N; i++)
        next[i] = i;
    for (uint64_t i = N - 1; i > 0; i--) { /* Sattolo's shuffle: one cycle */
        uint64_t j = next_random() % i, t = next[i];
        next[i] = next[j];
        next[j] = t;
    }
    for (long n = 0; n < units * 40000; n++)
        at = next[at];
    return at;
}

static uint64_t interpreter(long units)
{
    /* A stack machine with a label for each operation, the shape of a byte-code interpreter. */
    static const unsigned char program[] = {0, 1, 2, 3, 1, 4, 5, 6, 2, 7, 1, 3, 5, 4, 2, 6, 8};
    static const void *const operation[] = {&&op_add, &&op_xor, &&op_shift, &&op_push, &&op_pop,
                                            &&op_swap, &&op_multiply, &&op_test, &&op_loop};
    uint64_t a = 1, b = 2, stack[16];
    unsigned top = 0;
    long left = units * 8000;
    const unsigned char *pc = program;
#define NEXT goto *operation[*pc++]
    NEXT;
op_add:
    a += b;
    NEXT;
op_xor:
    b ^= a >> 3;
    NEXT;
op_shift:
    a = a << 1 | a >> 63;
    NEXT;
op_push:
    stack[top++ % 16] = a;
    NEXT;
op_pop:
    b += stack[--top % 16];
    NEXT;
op_swap: {
    uint64_t t = a;
    a = b;
    b = t;
    NEXT;
}
op_multiply:
    a *= 0x9E3779B97F4A7C15u;
    NEXT;
op_test:
    if (a & 1)
        b++;
    NEXT;
op_loop:
    if (--left > 0) {
        pc = program;
        NEXT;
    }
    return a ^ b;
}

static uint64_t copy(long units, size_t size)
{
    enum { N = 4 << 20 };
    static char *from, *to;
    uint64_t sum = 0;
    from = allocate(N);
    to = allocate(N);
    memset(from, 7, N);
    memset(to, 1, N);
    /* 1 MB copied and 1 MB set a unit in pieces; small pieces count for more, or calls would be all there is. */
    size_t pieces = size < 256 ? 8192 : (1 << 20) / size;
    while (units-- > 0)
        for (size_t i = 0; i < pieces; i++) {
            size_t at = i * size % N;
            memcpy(to + at, from + at, size);
            __asm__ volatile("" ::: "memory");
            memset(from + at, (int)i, size);
            __asm__ volatile("" ::: "memory");
            sum += to[at];
        }
    return sum;
}

static uint64_t copy16(long units) { return copy(units, 16); }
static uint64_t copy256(long units) { return copy(units, 256); }
static uint64_t copy4k(long units) { return copy(units, 4096); }
static uint64_t copy1m(long units) { return copy(units, 1 << 20); }

/* ---- the kernel ---- */

static uint64_t syscalls(long units)
{
    uint64_t sum = 0;
    for (long i = 0; i < units * 500; i++)
        sum += syscall(SYS_getppid) != 0;
    return sum;
}

static uint64_t pingpong(long units)
{
    int there[2], back[2];
    char c = 0;
    long rounds = units * 20;
    if (pipe(there) || pipe(back))
        exit(1);
    pid_t child = fork();
    for (long i = 0; i < rounds; i++) {
        if (child == 0) {
            if (read(there[0], &c, 1) != 1)
                _exit(1);
            c++;
            if (write(back[1], &c, 1) != 1)
                _exit(1);
        } else {
            if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
                exit(1);
        }
    }
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    return (unsigned char)c;
}

static uint64_t spawn(long units)
{
    uint64_t sum = 0;
    for (long i = 0; i < units; i++) {
        int status = 1;
        pid_t child = fork();
        if (child == 0) {
            execl("/bin/nothing", "nothing", (char *)NULL);
            _exit(1);
        }
        waitpid(child, &status, 0);
        sum += status == 0;
    }
    return sum;
}

static uint64_t faults(long units)
{
    uint64_t sum = 0;
    for (long i = 0; i < units; i++) {
        enum { PAGES = 128 };
        char *p = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED)
            exit(1);
        for (int k = 0; k < PAGES; k++)
            p[k * 4096] = 1;
        for (int k = 0; k < PAGES; k++)
            sum += p[k * 4096];
        munmap(p, PAGES * 4096);
    }
    return sum;
}

static const struct {
    const char *name;
    uint64_t (*run)(long units);
} workloads[] = {
    {"sort", sort},           {"hash", hash},           {"sieve", sieve},       {"strings", strings},
    {"sha256", sha256},       {"matrix-sse2", matrix_sse2}, {"matrix-avx2", matrix_avx2}, {"nbody", nbody},
    {"x87", x87},             {"chase", chase},         {"interpreter", interpreter}, {"copy16", copy16},
    {"copy256", copy256},     {"copy4k", copy4k},       {"copy1m", copy1m},     {"syscalls", syscalls},
    {"pingpong", pingpong},   {"spawn", spawn},         {"faults", faults},
};

int main(int count, char **arguments)
{
    for (size_t i = 0; count == 3 && i < sizeof workloads / sizeof *workloads; i++)
        if (strcmp(arguments[1], workloads[i].name) == 0) {
            printf("%016llx\n", (unsigned long long)workloads[i].run(atol(arguments[2])));
            return 0;
        }
    fprintf(stderr, "usage: work NAME UNITS\n");
    return 2;
}
