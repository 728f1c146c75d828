#define KCODE 0x08
#define KDATA 0x10
#define UCODE32 0x1B
#define UDATA 0x23
#define UCODE 0x2B
#define TSS_SELECTOR 0x30
#define KCODE32 0x40
#define FREE_SELECTOR 0x48
#define GDT_SIZE 0x400

/* What is at physical P is in user pages at P + UALIAS (64-bit mode, or 32-bit mode after its case has mapped it). */
#define UALIAS 0x40000000
