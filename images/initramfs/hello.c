#include <stdio.h>

int main(void)
{
    printf("Hello from the custom kernel!\n");
    return 0;
}
