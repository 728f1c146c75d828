package org.linuxemu.core.block;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.cpu.TestMachine;
import org.linuxemu.core.state.CpuState;

class CodeCensusTest {
    @Test
    void countsWhatIsDecodedAndForgetsWhatIsOverwritten() {
        // mov ecx,100 (5); 1: inc eax (2); dec ecx (2); jnz 1b (2); jmp to the next page (5)
        TestMachine m =
                new TestMachine().code(TestMachine.CODE, "B964000000 FFC0 FFC9 75FA E9F00F0000");
        m.code(TestMachine.CODE + 0x1000, "F4");
        m.run(10_000);
        // The loop's head is decoded twice, as the end of the first block and by itself.
        CodeCensus census = m.cpu.blocks().census();
        assertThat(census).isEqualTo(new CodeCensus(2, 4, 11 + 6 + 5 + 1, 4 + 3 + 1 + 1, 0, 0));

        m.memory.write(TestMachine.CODE + 5, 1, 0xFF); // in the first two blocks
        assertThat(m.cpu.blocks().census().blocks()).isEqualTo(2);
        m.cpu.blocks().clear();
        assertThat(m.cpu.blocks().census()).isEqualTo(new CodeCensus(0, 0, 0, 0, 0, 0));
    }

    @Test
    void countsTranslationsWhileTheyAreUsable() {
        TestMachine m = new TestMachine().code(TestMachine.CODE, "B964000000 FFC0 FFC9 75FA F4");
        m.cpu.translateEagerly();
        m.run(10_000);
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(100);
        assertThat(m.cpu.blocks().census().regions()).isEqualTo(1);
        assertThat(m.cpu.blocks().census().regionBlocks()).isPositive();
        assertThat(m.cpu.translator().made()).isEqualTo(1);
        assertThat(m.cpu.translator().classBytes()).isGreaterThan(100);

        m.memory.write(TestMachine.CODE + 5, 1, 0xFF);
        assertThat(m.cpu.blocks().census().regions()).isZero();
    }
}
