package org.linuxemu.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.core.debug.RegisterAccess;
import org.linuxemu.core.state.CpuState;

/** A debugger's registers are those that the guest's instructions use. */
class CpuRegistersTest {
    private final TestMachine m = new TestMachine();
    private final RegisterAccess registers = m.cpu.registers();

    private byte[] bytes(DebugRegister register) {
        byte[] bytes = new byte[register.bytes()];
        registers.read(register, bytes, 0);
        return bytes;
    }

    private static byte[] numbers(int from, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }

    private void steps(String code, int count) {
        m.code(TestMachine.CODE, code);
        for (int i = 0; i < count; i++) {
            assertThat(m.cpu.step(true)).isNull();
        }
    }

    @Test
    void vectorAndX87Registers() {
        assertThat(registers.write(DebugRegister.XMM2, numbers(0, 16), 0)).isTrue();
        assertThat(registers.write(DebugRegister.RAX, 0x1122334455667788L)).isTrue();
        // movq xmm1, rax; movq rbx, xmm2; fninit; fld1
        steps("66480F6EC8 66480F7ED3 DBE3 D9E8 F4", 4);
        assertThat(bytes(DebugRegister.XMM1))
                .containsExactly(
                        0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(registers.read(DebugRegister.RBX)).isEqualTo(0x0706050403020100L);
        assertThat(bytes(DebugRegister.ST0)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f);
        assertThat(registers.read(DebugRegister.FSTAT)).as("top is 7").isEqualTo(0x3800);
        assertThat(registers.read(DebugRegister.FTAG)).as("one is valid").isEqualTo(0x3fff);
    }

    @Test
    void halvesOfOneVectorRegister() {
        registers.write(DebugRegister.XMM5, numbers(0, 16), 0);
        registers.write(DebugRegister.YMM5H, numbers(16, 16), 0);
        assertThat(bytes(DebugRegister.XMM5)).isEqualTo(numbers(0, 16));
        assertThat(bytes(DebugRegister.YMM5H)).isEqualTo(numbers(16, 16));
        assertThat(bytes(DebugRegister.YMM4H)).containsOnly(0);
        assertThat(bytes(DebugRegister.XMM6)).containsOnly(0);
    }

    @Test
    void basesOfFsAndGs() {
        registers.write(DebugRegister.FS_BASE, TestMachine.DATA);
        registers.write(DebugRegister.GS_BASE, 0x1000);
        registers.write(DebugRegister.K_GS_BASE, 0x2000);
        m.put64(TestMachine.DATA + 8, 42);
        // mov rax, fs:[8]; swapgs
        steps("64488B042508000000 0F01F8 F4", 2);
        assertThat(registers.read(DebugRegister.RAX)).isEqualTo(42);
        assertThat(registers.read(DebugRegister.GS_BASE)).isEqualTo(0x2000);
        assertThat(registers.read(DebugRegister.K_GS_BASE)).isEqualTo(0x1000);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"RAX", "RBX", "RCX", "RDX", "RSI", "RDI", "RBP", "RSP", "R8", "R15", "CR2"})
    void scalars(DebugRegister register) {
        assertThat(registers.write(register, 0x1122334455667788L)).isTrue();
        assertThat(registers.read(register)).isEqualTo(0x1122334455667788L);
        // mov [rip+57], the register: what the guest finds in it
        String[] stores = {
            "488905", "48891D", "48890D", "488915", "488935", "48893D", "48892D", "488925",
            "4C8905", "", "", "", "", "", "", "4C893D"
        };
        if (register != DebugRegister.CR2) {
            steps(stores[register.ordinal()] + "39000000 F4", 1);
            assertThat(m.get64(TestMachine.CODE + 64)).isEqualTo(0x1122334455667788L);
        }
    }

    /** Whoever jumps away from HLT need not wait for an interrupt. */
    @Test
    void aNewInstructionPointerEndsAHalt() {
        m.code(TestMachine.CODE, "F4 90 FFC1 F4"); // hlt; nop; inc ecx; hlt
        m.cpu.step(true);
        assertThat(registers.halted()).isTrue();
        registers.write(DebugRegister.RIP, TestMachine.CODE + 2);
        assertThat(m.cpu.step(true)).isNull();
        assertThat(m.state.regs[CpuState.RCX]).isEqualTo(1);
    }
}
