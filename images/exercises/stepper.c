/* A debugger in small: single steps, a signal on the way, a breakpoint and the debug registers, by ptrace. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

long watched;
extern char loop_start[], loop_end[], store[];
static volatile sig_atomic_t caught;

static void handler(int number)
{
    caught = number;
}

static void traced(void)
{
    signal(SIGUSR1, handler);
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    __asm__ volatile(".globl loop_start, loop_end, store\n"
                     "loop_start: mov $1000, %%ecx\n"
                     "1: dec %%ecx\n"
                     "jnz 1b\n"
                     "loop_end: int3\n"
                     "movq $42, watched(%%rip)\n"
                     "store: nop" ::
                         : "rcx", "cc", "memory");
    _exit(caught == SIGUSR1 ? 5 : 6);
}

static unsigned long rip(pid_t pid)
{
    struct user_regs_struct regs;

    ptrace(PTRACE_GETREGS, pid, 0, &regs);
    return regs.rip;
}

static int wait_stop(pid_t pid)
{
    int status;

    waitpid(pid, &status, 0);
    return WIFSTOPPED(status) ? WSTOPSIG(status) : -WEXITSTATUS(status);
}

int main(void)
{
    unsigned long at, control = offsetof(struct user, u_debugreg) + 7 * sizeof(long);
    siginfo_t info;
    int steps = 0, stop;
    pid_t pid = fork();

    if (pid == 0)
        traced();
    printf("stopped by %s\n", strsignal(wait_stop(pid)));

    /* Through the kernel's return from raise() to the loop, and through the loop. */
    do {
        ptrace(PTRACE_SINGLESTEP, pid, 0, 0);
        stop = wait_stop(pid);
        at = rip(pid);
    } while (stop == SIGTRAP && at != (unsigned long)loop_start);
    do {
        ptrace(PTRACE_SINGLESTEP, pid, 0, 0);
        stop = wait_stop(pid);
        at = rip(pid);
        steps++;
        if (steps == 500)
            kill(pid, SIGUSR1);
        if (stop == SIGUSR1) {
            /* The signal came instead of a step: deliver it, and walk through its handler. */
            steps--;
            ptrace(PTRACE_CONT, pid, 0, SIGUSR1);
            stop = wait_stop(pid);
            break;
        }
    } while (stop == SIGTRAP && at < (unsigned long)loop_end);
    printf("%d steps before the signal\n", steps);
    ptrace(PTRACE_GETSIGINFO, pid, 0, &info);
    printf("then %s at int3%+ld, code %d\n", strsignal(stop), (long)(rip(pid) - (unsigned long)loop_end),
           info.si_code);

    if (ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, u_debugreg), &watched) ||
        ptrace(PTRACE_POKEUSER, pid, control, 0x90001L))
        printf("no debug registers: %s\n", strerror(errno));
    ptrace(PTRACE_CONT, pid, 0, 0);
    stop = wait_stop(pid);
    ptrace(PTRACE_GETSIGINFO, pid, 0, &info);
    printf("%s at store%+ld, code %d, value %ld, DR6 %lx\n", strsignal(stop), (long)(rip(pid) - (unsigned long)store),
           info.si_code, ptrace(PTRACE_PEEKDATA, pid, &watched, 0),
           ptrace(PTRACE_PEEKUSER, pid, control - sizeof(long), 0) & 0xF);
    ptrace(PTRACE_CONT, pid, 0, 0);
    printf("left with %d\n", -wait_stop(pid));
    return 0;
}
