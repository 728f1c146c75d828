package org.linuxemu.gdbstub.toy;

import java.util.EnumMap;
import java.util.Map;
import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.core.debug.RegisterAccess;

/** Registers of the toy; those that it does not compute with are only kept. */
public final class ToyRegisters implements RegisterAccess {
    private static final int[] ENCODING = {0, 3, 1, 2, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15};

    private final ToyMachine machine;
    private final Map<DebugRegister, byte[]> kept = new EnumMap<>(DebugRegister.class);

    ToyRegisters(ToyMachine machine) {
        this.machine = machine;
        for (DebugRegister register : DebugRegister.values()) {
            kept.put(register, new byte[register.bytes()]);
        }
        write(DebugRegister.CR0, 0x8005_0033L);
        write(DebugRegister.CR3, 0x2000L | 0x18);
        write(DebugRegister.EFER, 0xd01);
        write(DebugRegister.CS, 0x33);
        write(DebugRegister.FCTRL, 0x37f);
        write(DebugRegister.MXCSR, 0x1f80);
    }

    @Override
    public long read(DebugRegister register) {
        if (register.ordinal() < 16) {
            return machine.gpr[ENCODING[register.ordinal()]];
        }
        switch (register) {
            case RIP -> {
                return machine.rip;
            }
            case EFLAGS -> {
                return machine.flags;
            }
            case CR2 -> {
                return machine.cr2;
            }
            default -> {
                byte[] bytes = kept.get(register);
                long value = 0;
                for (int i = bytes.length - 1; i >= 0; i--) {
                    value = value << 8 | bytes[i] & 0xff;
                }
                return value;
            }
        }
    }

    @Override
    public void read(DebugRegister register, byte[] destination, int offset) {
        System.arraycopy(kept.get(register), 0, destination, offset, register.bytes());
    }

    @Override
    public boolean write(DebugRegister register, long value) {
        if (register.ordinal() < 16) {
            machine.gpr[ENCODING[register.ordinal()]] = value;
            return true;
        }
        switch (register) {
            case RIP -> machine.rip = value;
            case EFLAGS -> machine.flags = value;
            case CR2 -> machine.cr2 = value;
            case CR0 -> {
                // A processor without protection would be no x86-64 in long mode.
                if ((value & 1) == 0) {
                    return false;
                }
                keep(register, value);
            }
            default -> keep(register, value);
        }
        return true;
    }

    private void keep(DebugRegister register, long value) {
        byte[] bytes = kept.get(register);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (value >>> (8 * i));
        }
    }

    @Override
    public boolean write(DebugRegister register, byte[] source, int offset) {
        System.arraycopy(source, offset, kept.get(register), 0, register.bytes());
        return true;
    }

    @Override
    public boolean hasAvx() {
        return true;
    }

    @Override
    public long codeBase() {
        return machine.codeBase;
    }

    @Override
    public int cpl() {
        return machine.cpl;
    }

    @Override
    public int codeBits() {
        return machine.codeBits;
    }

    @Override
    public boolean halted() {
        return machine.halted;
    }

    /** Puts the toy into something like real mode. */
    public void setCodeBase(long base) {
        machine.codeBase = base;
        machine.codeBits = 16;
    }
}
