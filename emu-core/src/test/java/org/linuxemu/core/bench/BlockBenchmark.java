package org.linuxemu.core.bench;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.linuxemu.core.block.BasicBlock;
import org.linuxemu.core.block.BlockCache;
import org.linuxemu.core.mmu.Mmu;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The cache of decoded blocks, with the blocks of a real program in it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BlockBenchmark {
    static final int BLOCKS = 8000;

    final Paged paged = new Paged();
    final long[] inOrder = new long[BLOCKS];
    final long[] shuffled = new long[BLOCKS];
    BlockCache cache;
    Mmu mmu;

    /** Loads the program and decodes it block by block. */
    @Setup
    public void setUp() throws IOException {
        byte[] code = Program.code(2 << 20);
        paged.machine.ram.load(Paged.PHYSICAL, code, 0, code.length);
        cache = paged.machine.cpu.blocks();
        mmu = paged.machine.cpu.mmu();
        long at = Paged.LINEAR;
        for (int i = 0; i < BLOCKS; i++) {
            inOrder[i] = shuffled[i] = at;
            BasicBlock block = cache.find(at, mmu.fetchFrame(at), 8);
            at += block.offsets[block.count];
        }
        if (at > Paged.LINEAR + code.length) {
            throw new IOException("the program is too small");
        }
        Random random = new Random(1);
        for (int i = BLOCKS - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            long swapped = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = swapped;
        }
    }

    /** The block at an address, in random order, as after an indirect jump: all are there. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void lookUp(Blackhole result) {
        for (long linear : shuffled) {
            result.consume(cache.find(linear, mmu.fetchFrame(linear), 8));
        }
    }

    /** The block at an address which has to be decoded; emptying the cache is in the time. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void decode(Blackhole result) {
        cache.clear();
        for (long linear : inOrder) {
            result.consume(cache.find(linear, mmu.fetchFrame(linear), 8));
        }
    }
}
