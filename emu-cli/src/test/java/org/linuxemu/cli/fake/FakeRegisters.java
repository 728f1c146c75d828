package org.linuxemu.cli.fake;

import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.core.debug.RegisterAccess;
import org.linuxemu.core.state.CpuState;

/** The few registers that the monitor asks for. */
final class FakeRegisters implements RegisterAccess {
    private final CpuState state;

    FakeRegisters(CpuState state) {
        this.state = state;
    }

    @Override
    public long read(DebugRegister register) {
        return switch (register) {
            case RAX -> state.regs[CpuState.RAX];
            case RSP -> state.regs[CpuState.RSP];
            case RIP -> state.rip;
            case EFLAGS -> state.rflags();
            case CR0 -> state.cr0;
            case CR3 -> state.cr3;
            case CR4 -> state.cr4;
            case EFER -> state.efer;
            default -> 0;
        };
    }

    @Override
    public void read(DebugRegister register, byte[] destination, int offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean write(DebugRegister register, long value) {
        return false;
    }

    @Override
    public boolean write(DebugRegister register, byte[] source, int offset) {
        return false;
    }

    @Override
    public boolean hasAvx() {
        return false;
    }

    @Override
    public long codeBase() {
        return 0;
    }

    @Override
    public int cpl() {
        return state.cpl;
    }

    @Override
    public int codeBits() {
        return 64;
    }

    @Override
    public boolean halted() {
        return state.halted;
    }
}
