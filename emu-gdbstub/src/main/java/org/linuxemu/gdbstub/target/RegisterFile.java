package org.linuxemu.gdbstub.target;

import java.util.Arrays;
import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.core.debug.RegisterAccess;

/** Reads and writes a processor's registers in the layout of a {@link TargetDescription}. */
public final class RegisterFile {
    /** Bits 51-12 of CR3: the page directory's physical address (SDM volume 3, section 4.5). */
    private static final long PGD_MASK = 0x000f_ffff_ffff_f000L;

    private static final int WIDEST = 16;

    private final TargetDescription description;
    private final RegisterAccess access;
    private final byte[] scratch = new byte[WIDEST];

    /** Registers of one processor. */
    public RegisterFile(TargetDescription description, RegisterAccess access) {
        this.description = description;
        this.access = access;
    }

    /**
     * Value of a register of at most 8 bytes.
     *
     * @param origRax what the made-up register orig_rax shows
     */
    public long scalar(int number, long origRax) {
        GdbRegister register = description.register(number);
        return switch (register.source()) {
            case MACHINE -> access.read(register.register());
            case LINEAR_PC -> access.codeBase() + access.read(DebugRegister.RIP);
            case ORIG_RAX -> origRax;
            case PGD -> access.read(DebugRegister.CR3) & PGD_MASK;
            case CPL -> access.cpl();
        };
    }

    /** Stores a register's bytes, little endian, as many as the description says. */
    public void read(int number, long origRax, byte[] destination, int offset) {
        GdbRegister register = description.register(number);
        if (register.bytes() > 8) {
            access.read(register.register(), destination, offset);
            return;
        }
        long value = scalar(number, origRax);
        for (int i = 0; i < register.bytes(); i++) {
            destination[offset + i] = (byte) (value >>> (8 * i));
        }
    }

    /**
     * Changes a register, unless it has that value already.
     *
     * @return false when the machine refuses
     */
    public boolean write(int number, long origRax, byte[] source, int offset) {
        GdbRegister register = description.register(number);
        int bytes = register.bytes();
        read(number, origRax, scratch, 0);
        if (Arrays.equals(scratch, 0, bytes, source, offset, offset + bytes)) {
            return true;
        }
        if (bytes > 8) {
            return access.write(register.register(), source, offset);
        }
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | source[offset + i] & 0xff;
        }
        return switch (register.source()) {
            case MACHINE -> access.write(register.register(), value);
            case LINEAR_PC -> access.write(DebugRegister.RIP, value - access.codeBase());
            case ORIG_RAX -> true;
            case PGD, CPL -> false;
        };
    }
}
