package org.linuxemu.devices.boot;

/** Names for images that are not for this machine, so that the message says what they are. */
final class Architecture {
    private Architecture() {}

    /** The architecture of an ELF machine number. */
    static String ofElf(int machine) {
        switch (machine) {
            case 2:
            case 18:
            case 43:
                return "SPARC";
            case 4:
                return "Motorola 68000";
            case 8:
                return "MIPS";
            case 15:
                return "PA-RISC";
            case 20:
            case 21:
                return "PowerPC";
            case 22:
                return "S/390";
            case 40:
                return "32-bit Arm";
            case 42:
                return "SuperH";
            case 50:
                return "IA-64";
            case 183:
                return "64-bit Arm";
            case 243:
                return "RISC-V";
            case 258:
                return "LoongArch";
            default:
                return "another architecture (ELF machine " + machine + ")";
        }
    }

    /** What a file is that is no kernel for this machine, from its first bytes. */
    static String describe(byte[] head) {
        if (startsWith(head, 0x38, "ARMd")) {
            return "is a kernel for 64-bit Arm, not for x86";
        } else if (startsWith(head, 0x30, "RISCV") || startsWith(head, 0x38, "RSC\u0005")) {
            return "is a kernel for RISC-V, not for x86";
        } else if (startsWith(head, 0x24, "\u0018(o\u0001")) {
            return "is a kernel for 32-bit Arm, not for x86";
        } else if (startsWith(head, 0, "MZ")) {
            return "is an EFI or DOS program, not a bzImage";
        } else if (startsWith(head, 0, "\u001F\u008B")
                || startsWith(head, 0, "\u00FD7zXZ")
                || startsWith(head, 0, "(\u00B5/\u00FD")
                || startsWith(head, 0, "BZh")) {
            return "is a compressed file; unpack it first";
        } else if (startsWith(head, 0, "070701") || startsWith(head, 0, "070702")) {
            return "is a cpio archive, perhaps the initrd";
        } else if (startsWith(head, 0, "'\u0005\u0019V")) {
            return "is a U-Boot image";
        } else if (head.length >= 512 && (head[510] & 0xFF) == 0x55 && (head[511] & 0xFF) == 0xAA) {
            return "is a disk image or boot sector, or a kernel without a boot protocol header, not a bzImage";
        }
        return "is not a kernel (neither bzImage nor ELF nor multiboot)";
    }

    /** Whether the bytes at an offset are the characters of a string, all below 256. */
    private static boolean startsWith(byte[] head, int at, String magic) {
        if (head.length < at + magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if ((head[at + i] & 0xFF) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
