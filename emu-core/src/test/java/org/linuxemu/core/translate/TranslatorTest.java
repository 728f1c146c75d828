package org.linuxemu.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.cpu.TestMachine;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;

/** Translated code behaves as interpreted code, at every cycle at which one can look. */
class TranslatorTest {
    /** mov ecx, 10000; mov ebx, DATA. */
    private static final String START = "B9 10270000 BB 00000300";

    /**
     * add [rbx], rax; add rax, rcx; adc rdx, [rbx]; xor dl, ah; mov [rbx+8], dx; dec ecx; jnz; hlt.
     */
    private static final String LOOP = START + "480103 4801C8 481313 30E2 66895308 FFC9 75ED F4";

    private static TestMachine machine(String code) {
        return new TestMachine().code(TestMachine.CODE, code);
    }

    private static Translator translate(TestMachine m, int threshold) {
        return m.cpu.translate(threshold, false, 1000);
    }

    private static void assertSame(TestMachine a, TestMachine b) {
        assertThat(b.clock.cycles()).isEqualTo(a.clock.cycles());
        assertThat(b.state.rip).isEqualTo(a.state.rip);
        assertThat(b.state.rflags()).isEqualTo(a.state.rflags());
        assertThat(b.state.regs).startsWith(java.util.Arrays.copyOf(a.state.regs, 16));
        assertThat(b.cpu.stateHash()).isEqualTo(a.cpu.stateHash());
    }

    private static void runTo(TestMachine m, long cycle) {
        while (m.clock.cycles() < cycle) {
            assertThat(m.cpu.run(null, false, cycle)).isNull();
        }
    }

    @Test
    void aLoopEndsInTheSameState() {
        for (int threshold : new int[] {0, 1, 100}) {
            TestMachine interpreted = machine(LOOP).run(200_000);
            TestMachine translated = machine(LOOP);
            Translator t = translate(translated, threshold);
            translated.run(200_000);
            assertThat(t.lastFailure()).isNull();
            assertThat(t.made()).isPositive();
            assertThat(translated.state.regs[CpuState.RCX]).isZero();
            assertSame(interpreted, translated);
        }
    }

    @Test
    void aLoopCanBeLeftAtEveryCycle() {
        TestMachine interpreted = machine(LOOP);
        TestMachine translated = machine(LOOP);
        translate(translated, 1);
        long cycle = 0;
        for (int stride = 1; stride < 60; stride++) {
            for (int k = 0; k < 10; k++) {
                cycle += stride;
                runTo(interpreted, cycle);
                runTo(translated, cycle);
                assertSame(interpreted, translated);
            }
        }
    }

    @Test
    void backgroundTranslationIsNotVisible() {
        TestMachine interpreted = machine(LOOP);
        TestMachine translated = machine(LOOP);
        translated.cpu.translate(10, true, 1000);
        for (int k = 1; k < 400; k++) {
            runTo(interpreted, 100 * k);
            runTo(translated, 100 * k);
            assertSame(interpreted, translated);
        }
    }

    @Test
    void codeThatChangesItselfRunsAsChanged() {
        // add eax, 1 (its immediate is counted up by the next); inc byte [rip - 7]; dec ecx; jnz
        String code = START + "83C001 FE05 F9FFFFFF FFC9 75F3 F4";
        TestMachine interpreted = machine(code);
        TestMachine translated = machine(code);
        Translator t = translate(translated, 1);
        for (int k = 1; k < 300; k++) {
            runTo(interpreted, 17 * k);
            runTo(translated, 17 * k);
            assertSame(interpreted, translated);
        }
        interpreted.run(100_000);
        translated.run(100_000);
        assertSame(interpreted, translated);
        long sum = 0;
        for (int i = 0; i < 10_000; i++) {
            sum += (byte) (1 + i);
        }
        assertThat((int) translated.state.regs[CpuState.RAX]).isEqualTo((int) sum);
        assertThat(t.made()).isPositive();
    }

    @Test
    void codeWrittenFromElsewhereIsTranslatedAnew() {
        TestMachine m = machine(START + "83C001 FFC9 75F9 F4");
        translate(m, 1);
        m.run(100_000);
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(10_000);
        // The same from the start with an immediate of 2, written as a debugger or device would.
        m.memory.write(TestMachine.CODE + 12, 1, 2);
        m.state.halted = false;
        m.state.rip = TestMachine.CODE;
        m.state.regs[CpuState.RAX] = 0;
        m.run(100_000);
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(20_000);
    }

    @Test
    void aFaultInTheMiddleLeavesNothingOfItsInstruction() {
        // add rbx, 64; push rcx; add [rbx], eax; adc rax, [rbx]; sub rdx, rbx; dec ecx; jnz
        String code = START + "4883C340 51 0103 481303 4829DA FFC9 75EF F4";
        TestMachine[] both = {machine(code), machine(code)};
        translate(both[1], 1);
        for (TestMachine m : both) {
            m.put64(TestMachine.PAGE_TABLE + 8 * 0x38, 0); // eight pages above DATA
            m.cpu.catches().catchException(CpuException.PF, true);
            StopReason reason = m.cpu.run(null, false, 1_000_000);
            assertThat(reason.kind()).isEqualTo(StopReason.Kind.EXCEPTION);
            assertThat(m.cpu.context().fault.address()).isEqualTo(0x38000);
            assertThat(m.state.rip).isEqualTo(TestMachine.CODE + 15);
        }
        assertSame(both[0], both[1]);
    }

    @Test
    void anIndirectBranchToANonCanonicalAddressFaultsAtTheBranch() {
        // dec ecx; lea rax, [rip + 4]; jmp rax; (target) jnz back; then mov rax, 1 << 63; jmp rax
        String code = START + "FFC9 488D0502000000 FFE0 75F3 48B80000000000000080 FFE0";
        TestMachine[] both = {machine(code), machine(code)};
        translate(both[1], 1);
        for (TestMachine m : both) {
            m.cpu.catches().catchException(CpuException.GP, true);
            StopReason reason = m.cpu.run(null, false, 1_000_000);
            assertThat(reason.kind()).isEqualTo(StopReason.Kind.EXCEPTION);
        }
        assertSame(both[0], both[1]);
        assertThat(both[1].state.regs[CpuState.RCX]).isZero();
    }

    @Test
    void aBreakpointInAHotLoopStopsInEachRound() {
        TestMachine m = machine(LOOP);
        translate(m, 1);
        runTo(m, 5_000);
        long address = TestMachine.CODE + 16; // adc
        m.cpu.breakpoints().insert(address);
        long rounds = m.state.regs[CpuState.RCX];
        for (int k = 0; k < 20; k++) {
            StopReason reason = m.cpu.run(null, k > 0, 1_000_000);
            assertThat(reason.kind()).isEqualTo(StopReason.Kind.BREAKPOINT);
            assertThat(m.state.rip).isEqualTo(address);
            assertThat(rounds - m.state.regs[CpuState.RCX]).isBetween((long) k, k + 1L);
        }
    }

    @Test
    void tooManyTranslationsAreDroppedAndMadeAnew() {
        // Forty loops of 20 rounds, one behind the other, all of it eight times.
        StringBuilder code = new StringBuilder("BE 08000000");
        for (int k = 0; k < 40; k++) {
            code.append("B9 14000000 01C8 FFC9 75FA");
        }
        int back = -(40 * 11 + 4 + 4);
        code.append("FFCE 0F85");
        for (int i = 0; i < 4; i++) {
            code.append(String.format("%02X", back >> 8 * i & 0xFF));
        }
        code.append("F4");
        TestMachine interpreted = machine(code.toString()).run(1_000_000);
        TestMachine translated = machine(code.toString());
        Translator t = translated.cpu.translate(3, false, 7);
        translated.run(1_000_000);
        assertThat(t.evictions()).isPositive();
        assertThat(translated.state.regs[CpuState.RSI]).isZero();
        assertSame(interpreted, translated);
    }
}
