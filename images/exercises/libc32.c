/* A 32-bit program with glibc: what a static C program of another age does all day. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void handler(int number)
{
    caught = number;
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = handler};
    struct timespec before, after;
    volatile uint64_t dividend = 10000000000000ULL;
    volatile double two = 2;
    int status, fds[2];
    char text[16] = "";
    char *page;
    pid_t pid;

    printf("%zu-byte pointers, %s has %d argument\n", sizeof(void *), argv[0], argc - 1);
    printf("%llu %.15f\n", (unsigned long long)(dividend / 3), sqrt(two));

    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    printf("caught %s\n", caught == SIGUSR1 ? "SIGUSR1" : "nothing");

    page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pid = fork();
    if (pid == 0) {
        *(volatile char *)page = 1;
        _exit(0);
    }
    waitpid(pid, &status, 0);
    printf("the writer was ended by signal %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);

    pid = fork();
    if (pid == 0)
        _exit(7);
    waitpid(pid, &status, 0);
    printf("the child left with %d\n", WEXITSTATUS(status));

    if (pipe(fds) || write(fds[1], "through a pipe", 14) != 14 || read(fds[0], text, sizeof(text)) != 14)
        return 1;
    printf("%s\n", text);

    clock_gettime(CLOCK_MONOTONIC, &before);
    poll(NULL, 0, 20);
    clock_gettime(CLOCK_MONOTONIC, &after);
    after.tv_nsec += (after.tv_sec - before.tv_sec) * 1000000000;
    printf("waited %s\n", after.tv_nsec - before.tv_nsec >= 20000000 ? "well" : "too little");
    return lseek(99, 0, SEEK_SET) == -1 && errno == EBADF ? 32 : 1;
}
