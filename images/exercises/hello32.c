/* A 32-bit program without a C library, so that no 32-bit packages are needed to build it. */
static int call(int number, int a, const void *b, int c)
{
    int result;

    __asm__ volatile("int $0x80" : "=a"(result) : "0"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

void _start(void)
{
    static const char text[] = "Hello from 32 bits\n";
    char digits[] = "pointers have . bytes\n";

    call(4, 1, text, sizeof(text) - 1);
    digits[14] = '0' + sizeof(void *);
    call(4, 1, digits, sizeof(digits) - 1);
    call(1, 32, 0, 0);
}
