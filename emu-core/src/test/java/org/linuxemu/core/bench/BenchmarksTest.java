package org.linuxemu.core.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.cpu.TestMachine;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.state.CpuState;
import org.openjdk.jmh.infra.Blackhole;

/** Each benchmark, called once or twice, does what its figure is taken for. */
class BenchmarksTest {
    private final Blackhole blackhole =
            new Blackhole(
                    "Today's password is swordfish. I understand instantiating Blackholes directly"
                            + " is dangerous.");

    @Test
    void decodesWholeInstructionsOfARealProgram() throws Exception {
        DecodeBenchmark b = new DecodeBenchmark();
        b.setUp();
        b.instruction(blackhole);
        int known = 0;
        for (int start : b.starts) {
            Instruction i = new Instruction();
            b.decoder.decode(b.code, start, b.code.length, 8, i);
            known += i.entry != null ? 1 : 0;
        }
        assertThat(known).isGreaterThan(DecodeBenchmark.INSTRUCTIONS * 9 / 10);
    }

    @Test
    void hitsDoNotWalkAndMissesDo() {
        TlbBenchmark b = new TlbBenchmark();
        b.setUp();
        b.readHit();
        b.writeHit();
        b.paged.clearAccessed();
        long read = b.readHit();
        b.writeHit();
        assertThat(b.paged.accessed()).isZero();
        assertThat(read).isNotZero();
        b.readMiss(); // what was read last has taken all entries for itself
        for (int round = 0; round < 2; round++) {
            b.paged.clearAccessed();
            assertThat(b.readMiss()).isNotZero();
            assertThat(b.paged.accessed()).isEqualTo(Paged.PAGES);
        }
    }

    @Test
    void walksFindThePhysicalAddresses() {
        TlbBenchmark b = new TlbBenchmark();
        b.setUp();
        long sum = 0;
        for (long linear : b.cold) {
            sum += linear - Paged.LINEAR + Paged.PHYSICAL;
        }
        assertThat(b.walk()).isEqualTo(sum);
    }

    @Test
    void looksUpBlocksThatAreThereAndDecodesThoseThatAreNot() throws Exception {
        BlockBenchmark b = new BlockBenchmark();
        b.setUp();
        int[] decoded = {0};
        b.cache.setDecodeListener((linear, codeSize, bytes, start, end) -> decoded[0]++);
        b.lookUp(blackhole);
        assertThat(decoded[0]).isZero();
        b.decode(blackhole);
        assertThat(decoded[0]).isEqualTo(BlockBenchmark.BLOCKS);
    }

    @Test
    void interruptsEnterTheHandlerOnItsStack() {
        InterruptBenchmark b = new InterruptBenchmark();
        b.setUp();
        assertThat(b.kernelInterrupted()).isEqualTo(TestMachine.STACK - 40);
        assertThat(b.state.rip).isEqualTo(InterruptBenchmark.HANDLER);
        assertThat(b.userInterrupted()).isEqualTo(InterruptBenchmark.KERNEL_STACK - 40);
        assertThat(b.state.rip).isEqualTo(InterruptBenchmark.HANDLER);
        assertThat(b.state.cpl).isZero();
    }

    @Test
    void theGuestsInterruptsReturn() {
        InterruptBenchmark b = new InterruptBenchmark();
        b.setUp();
        for (int round = 0; round < 2; round++) {
            long before = b.machine.cpu.instructions();
            assertThat(b.interruptAndReturn()).isZero();
            assertThat(b.state.regs[CpuState.RSP]).isEqualTo(TestMachine.STACK);
            assertThat(b.machine.cpu.instructions() - before)
                    .isEqualTo(4L * InterruptBenchmark.ROUNDS + 1);
        }
    }

    @Test
    void flagsAreThoseOfTheOperations() {
        FlagsBenchmark b = new FlagsBenchmark();
        b.setUp();
        int equal = 0;
        for (int i = 0; i < FlagsBenchmark.OPERATIONS; i++) {
            int a = (int) b.first[i];
            int c = (int) b.second[i];
            int result =
                    switch (b.kinds[i]) {
                        case CpuState.FLAGS_ADD -> a + c;
                        case CpuState.FLAGS_SUB -> a - c;
                        default -> a & c;
                    };
            equal += result == 0 ? 1 : 0;
        }
        assertThat(b.equal()).isEqualTo(equal).isBetween(100, FlagsBenchmark.OPERATIONS / 2);
        assertThat(b.condition())
                .isBetween(FlagsBenchmark.OPERATIONS / 4, FlagsBenchmark.OPERATIONS * 3 / 4);
        assertThat(b.all()).isPositive();
    }
}
