/*
 * The start of a system test image: from a multiboot loader's state to main() in 64-bit mode, or in 32-bit protected
 * mode without paging; and enter(), which runs a piece of code in any mode until an exception ends it.
 *
 * Physical memory: the image from 1 MiB; the pages of its own tables behind it. Linear memory in 64-bit mode:
 * the first GiB as supervisor pages at its own addresses, and again at UALIAS as user pages.
 */
#include "layout.h"

        .section .start, "ax"
        .code32
        .balign 4
header: .long   0x1BADB002, 0x10000, -(0x1BADB002 + 0x10000)
        .long   header, header, image_end, bss_end, boot

        .globl  boot
boot:  cli
        cld
        mov     $boot_stack_top, %esp
        mov     %ebx, boot_information
        fninit
        lgdt    gdt_pointer
        mov     $KDATA, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        xor     %eax, %eax
        mov     %eax, %fs
        mov     %eax, %gs
#ifdef __x86_64__
        mov     $boot_pdpt + 7, %eax
        mov     %eax, boot_pml4
        mov     $boot_pd + 3, %eax
        mov     %eax, boot_pdpt
        mov     $boot_pd_user + 7, %eax
        mov     %eax, boot_pdpt + 8
        xor     %ecx, %ecx
        mov     $0x83, %eax
1:      mov     %eax, boot_pd(, %ecx, 8)
        lea     4(%eax), %edx
        mov     %edx, boot_pd_user(, %ecx, 8)
        add     $0x200000, %eax
        inc     %ecx
        cmp     $512, %ecx
        jne     1b
        mov     $boot_pml4, %eax
        mov     %eax, %cr3
        mov     $0x620, %eax            /* PAE, OSFXSR, OSXMMEXCPT */
        mov     %eax, %cr4
        mov     $0xC0000080, %ecx
        rdmsr
        or      $0x901, %eax            /* SCE, LME, NXE */
        wrmsr
        mov     $0x80010033, %eax       /* PG, WP, NE, ET, MP, PE */
        mov     %eax, %cr0
        ljmp    $KCODE, $1f
        .code64
1:      mov     $boot_stack_top, %rsp
#else
        mov     $0x00010033, %eax
        mov     %eax, %cr0
        ljmp    $KCODE, $1f
1:
#endif
        call    setup
        call    main
        .globl  finish
finish: mov     $0x501, %edx
        xor     %eax, %eax
        out     %al, %dx
        cli
1:      hlt
        jmp     1b

        .data
        .balign 16
        .globl  gdt, gdt_pointer
gdt:    .quad   0
#ifdef __x86_64__
        .quad   0x00AF9B000000FFFF      /* 08 kernel code */
#else
        .quad   0x00CF9B000000FFFF
#endif
        .quad   0x00CF93000000FFFF      /* 10 kernel data */
        .quad   0x00CFFB000000FFFF      /* 18 user code, 32 bits */
        .quad   0x00CFF3000000FFFF      /* 20 user data */
#ifdef __x86_64__
        .quad   0x00AFFB000000FFFF      /* 28 user code, 64 bits */
#else
        .quad   0x00CFFB000000FFFF
#endif
        .quad   0, 0                    /* 30 TSS */
        .quad   0x00CF9B000000FFFF      /* 40 kernel code, 32 bits */
        .fill   GDT_SIZE / 8 - 9, 8, 0  /* 48 and on: for the cases */
gdt_pointer:
        .word   GDT_SIZE - 1
#ifdef __x86_64__
        .quad   gdt
#else
        .long   gdt
#endif

        .bss
        .balign 4096
        .globl  boot_pml4, boot_pdpt, boot_pd, boot_pd_user, boot_information
boot_pml4: .skip 4096
boot_pdpt: .skip 4096
boot_pd: .skip 4096
boot_pd_user: .skip 4096
        .skip   16384
boot_stack_top:
saved_sp: .skip 8
boot_information: .skip 8

/* ---- enter(regs): all registers of the case, then IRET; comes back with the state in trap ---- */

        .text
        .globl  enter, stubs
#ifdef __x86_64__
enter:  push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        pushfq
        mov     %rsp, saved_sp
        mov     19*8(%rdi), %rax
        push    %rax                    /* SS, RSP, RFLAGS, CS, RIP */
        mov     18*8(%rdi), %rax
        push    %rax
        mov     17*8(%rdi), %rax
        push    %rax
        mov     16*8(%rdi), %rax
        push    %rax
        mov     15*8(%rdi), %rax
        push    %rax
        mov     0*8(%rdi), %rax
        mov     1*8(%rdi), %rbx
        mov     2*8(%rdi), %rcx
        mov     3*8(%rdi), %rdx
        mov     4*8(%rdi), %rsi
        mov     6*8(%rdi), %rbp
        mov     7*8(%rdi), %r8
        mov     8*8(%rdi), %r9
        mov     9*8(%rdi), %r10
        mov     10*8(%rdi), %r11
        mov     11*8(%rdi), %r12
        mov     12*8(%rdi), %r13
        mov     13*8(%rdi), %r14
        mov     14*8(%rdi), %r15
        mov     5*8(%rdi), %rdi
        .globl  enter_iret
enter_iret:
        iretq

common: pushfq
        pop     trap + 26*8             /* flags in the handler */
        cld
        mov     %rax, trap + 0*8
        mov     %rbx, trap + 1*8
        mov     %rcx, trap + 2*8
        mov     %rdx, trap + 3*8
        mov     %rsi, trap + 4*8
        mov     %rdi, trap + 5*8
        mov     %rbp, trap + 6*8
        mov     %r8, trap + 7*8
        mov     %r9, trap + 8*8
        mov     %r10, trap + 9*8
        mov     %r11, trap + 10*8
        mov     %r12, trap + 11*8
        mov     %r13, trap + 12*8
        mov     %r14, trap + 13*8
        mov     %r15, trap + 14*8
        pop     trap + 20*8             /* vector */
        pop     trap + 21*8             /* error code */
        mov     %rsp, trap + 24*8       /* stack pointer of the handler, behind the error code */
        pop     trap + 15*8
        pop     trap + 16*8
        pop     trap + 17*8
        pop     trap + 18*8
        pop     trap + 19*8
        mov     %cr2, %rax
        mov     %rax, trap + 22*8
        xor     %eax, %eax
        mov     %rax, %dr7
        mov     %dr6, %rax
        mov     %rax, trap + 23*8
        mov     %ss, %eax
        mov     %rax, trap + 25*8       /* SS in the handler */
        mov     $KDATA, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        mov     saved_sp, %rsp
        mov     %rsp, %rax
        push    $KDATA                  /* an IRET, which also ends the blocking of NMIs */
        push    %rax
        pushfq
        push    $KCODE
        push    $1f
        iretq
1:      popfq
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret
#else
enter:  push    %ebx
        push    %ebp
        push    %esi
        push    %edi
        pushf
        mov     %esp, saved_sp
        mov     24(%esp), %edx
        testl   $0x20000, 9*4(%edx)     /* VM: segment registers are popped */
        jz      1f
        pushl   15*4(%edx)              /* GS FS DS ES */
        pushl   14*4(%edx)
        pushl   13*4(%edx)
        pushl   12*4(%edx)
1:      cmpl    $0, 16*4(%edx)
        jne     1f
        mov     10*4(%edx), %esp        /* without change of privilege the stack stays */
        jmp     2f
1:      pushl   11*4(%edx)              /* SS, ESP */
        pushl   10*4(%edx)
2:      pushl   9*4(%edx)               /* EFLAGS, CS, EIP */
        pushl   8*4(%edx)
        pushl   7*4(%edx)
        mov     13*4(%edx), %eax
        testl   $0x20000, 9*4(%edx)
        jnz     3f
        mov     12*4(%edx), %ecx
        mov     14*4(%edx), %ebx
        mov     %ebx, %fs
        mov     15*4(%edx), %ebx
        mov     %ebx, %gs
        mov     %ecx, %es
3:      mov     0*4(%edx), %eax
        mov     1*4(%edx), %ebx
        mov     2*4(%edx), %ecx
        mov     4*4(%edx), %esi
        mov     5*4(%edx), %edi
        mov     6*4(%edx), %ebp
        pushl   $KDATA                  /* with VM, IRET pops DS */
        testl   $0x20000, 9*4(%edx)
        jnz     4f
        mov     %eax, (%esp)
        mov     13*4(%edx), %eax
        xchg    %eax, (%esp)
4:      mov     3*4(%edx), %edx
        pop     %ds
        .globl  enter_iret
enter_iret:
        iret

common: push    %ds
        push    %eax
        mov     $KDATA, %eax
        mov     %eax, %ds
        pop     %eax
        pushf
        pop     trap + 26*4
        cld
        mov     %eax, trap + 0*4
        mov     %ebx, trap + 1*4
        mov     %ecx, trap + 2*4
        mov     %edx, trap + 3*4
        mov     %esi, trap + 4*4
        mov     %edi, trap + 5*4
        mov     %ebp, trap + 6*4
        pop     trap + 13*4             /* DS */
        mov     %es, %eax
        mov     %eax, trap + 12*4
        mov     %fs, %eax
        mov     %eax, trap + 14*4
        mov     %gs, %eax
        mov     %eax, trap + 15*4
        pop     trap + 20*4
        pop     trap + 21*4
        mov     %esp, trap + 24*4
        pop     trap + 7*4
        pop     trap + 8*4
        pop     trap + 9*4
        mov     %esp, trap + 10*4
        mov     %ss, %eax
        mov     %eax, trap + 11*4
        mov     %eax, trap + 25*4
        movl    $0, trap + 16*4
        testl   $0x20000, trap + 9*4
        jnz     1f
        testl   $3, trap + 8*4
        jz      2f
1:      movl    $1, trap + 16*4
        pop     trap + 10*4
        pop     trap + 11*4
        testl   $0x20000, trap + 9*4
        jz      2f
        pop     trap + 12*4
        pop     trap + 13*4
        pop     trap + 14*4
        pop     trap + 15*4
2:      mov     %cr2, %eax
        mov     %eax, trap + 22*4
        xor     %eax, %eax
        mov     %eax, %dr7
        mov     %dr6, %eax
        mov     %eax, trap + 23*4
        mov     $KDATA, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        mov     saved_sp, %esp
        pushf
        andl    $~0x4000, (%esp)        /* NT off: no return to another task */
        popf
        pushf
        push    $KCODE
        push    $1f
        iret
1:      popf
        pop     %edi
        pop     %esi
        pop     %ebp
        pop     %ebx
        ret
#endif

        .balign 16
stubs:
vector = 0
        .rept   256
        .balign 16
        .if     !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17)
        push    $0
        .endif
        push    $vector
        jmp     common
vector = vector + 1
        .endr
        .section .note.GNU-stack, "", @progbits
