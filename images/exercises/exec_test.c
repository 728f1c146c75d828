/* The tutorial's exercise: the line after execve never prints. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    char *argv[] = {"echo", "Hello from execve", NULL};
    char *envp[] = {NULL};

    printf("Before execve\n");
    fflush(stdout);
    execve("/bin/echo", argv, envp);
    printf("This line never prints\n");
    return 1;
}
