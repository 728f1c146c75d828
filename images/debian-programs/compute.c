/* compute N: what compilers make of floating point, vectors and wide integers; prints sums that must be exact. */
#include <complex.h>
#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static uint64_t hash(const void *data, size_t length) {
    uint64_t sum = 14695981039346656037u;
    for (const unsigned char *p = data; length--; p++) sum = (sum ^ *p) * 1099511628211u;
    return sum;
}

#define N 1024
static float f[N], g[N];
static double d[N];
static int32_t w[N];
static int16_t s[N];
static uint8_t b[N];

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 1;
    uint64_t counts = 0;
    unsigned __int128 wide = 1;
    long double extended = 1;
    for (int i = 0; i < N; i++) {
        f[i] = (float)(int32_t)next() / 65536, g[i] = (float)(int32_t)next() / 1048576;
        w[i] = (int32_t)next(), s[i] = (int16_t)next(), b[i] = (uint8_t)next();
    }
    for (int round = 0; round < rounds; round += 50) {
        for (int i = 0; i < N; i++) g[i] = f[i] * 0.5f + g[i] / 3;
        for (int i = 0; i < N; i++) d[i] = sqrt(fabs((double)g[i])) + d[i] * 0.25;
        for (int i = 0; i < N; i++) w[i] = (w[i] << 3 ^ w[(i + 1) % N] >> 5) + (int)d[i];
        for (int i = 0; i < N; i++) s[i] = (int16_t)((s[i] * 3 + w[i]) >> 1);
        for (int i = 0; i < N; i++) b[i] = b[i] > 200 ? 255 : (uint8_t)(b[i] + (s[i] & 7));
        for (int i = 0; i < N; i++) f[i] = (float)(w[i] % 10007) + (float)b[i] / 7;
        for (int i = 0; i < 100; i++) {
            uint64_t x = next() | 1;
            counts += __builtin_popcountll(x) + __builtin_ctzll(x) * 3 + __builtin_clzll(x) * 5 + (__builtin_bswap64(x) & 7);
            wide = wide * x + (wide >> 64) / (x >> 20 | 1);
            extended = fabsl(extended * (long double)(int64_t)x / (x >> 3 | 1)) + 1e-5L;
            if (!isfinite(extended) || extended > 1e4000L) extended = 1;
        }
    }
    printf("vectors %016lx %016lx %016lx %016lx %016lx %016lx\n", hash(f, sizeof f), hash(g, sizeof g),
           hash(d, sizeof d), hash(w, sizeof w), hash(s, sizeof s), hash(b, sizeof b));
    printf("integers %lu %016lx%016lx\n", counts, (uint64_t)(wide >> 64), (uint64_t)wide);
    printf("extended %.40Lg %La\n", extended, extended);
    printf("%.40Lg %.40Lg %.40Lg\n", sqrtl(2), 1 / 3.0L, strtold("3.6e-4951", NULL));
    printf("%.17g %.17g %.17g\n", fma(0.1, 10, -1), nextafter(1, 2), remainder(10, 3.3));
    printf("%.17Lg %.17Lg %.17Lg\n", sinl(1), expl(1), logl(10));
    double complex z = csqrt(-2 + 1 * I) * (3 + 4 * I);
    printf("%.17g %.17g\n", creal(z), cimag(z));
    for (int mode = 0; mode < 4; mode++) {
        static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
        fesetround(modes[mode]);
        volatile double one = 1, three = 3;
        volatile long double lone = 1, lthree = 3;
        printf("%a %La %g %ld\n", one / three, lone / lthree, rint(2.5), lrint(-1.5));
    }
    fesetround(FE_TONEAREST);
    feclearexcept(FE_ALL_EXCEPT);
    volatile double zero = 0, huge = 1e308;
    volatile double results[] = {1 / zero, zero / zero, huge * huge};
    printf("%x %g %g\n", fetestexcept(FE_ALL_EXCEPT), results[0], results[2]);
    return 0;
}
