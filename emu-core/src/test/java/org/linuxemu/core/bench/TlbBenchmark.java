package org.linuxemu.core.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/** Data accesses that hit the TLB or miss it, and walks of the page tables alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TlbBenchmark {
    static final int ACCESSES = Paged.PAGES;

    /** Pages that are read and written by accesses that hit: few enough to be in the TLB all. */
    private static final int HOT_PAGES = 512;

    final Paged paged = new Paged();
    final long[] hot = new long[ACCESSES];
    final long[] cold = new long[ACCESSES];
    Mmu mmu;

    /** Chooses the addresses and fills the RAM. */
    @Setup
    public void setUp() {
        mmu = paged.machine.cpu.mmu();
        Random random = new Random(1);
        for (int i = 0; i < ACCESSES; i++) {
            hot[i] = Paged.LINEAR + random.nextInt(HOT_PAGES) * 4096L + random.nextInt(512) * 8;
            // One page after the other: each entry of the TLB serves three of them in turn.
            cold[i] = Paged.LINEAR + i * 4096L + random.nextInt(512) * 8;
        }
        for (int i = 0; i < ACCESSES; i++) {
            mmu.writeLong(cold[i], i);
        }
        for (int page = 0; page < HOT_PAGES; page++) {
            mmu.writeLong(Paged.LINEAR + page * 4096L, page);
            mmu.readLong(Paged.LINEAR + page * 4096L);
        }
    }

    /** Eight bytes read at random from 512 pages that are in the TLB. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long readHit() {
        long sum = 0;
        for (long linear : hot) {
            sum += mmu.readLong(linear);
        }
        return sum;
    }

    /** Eight bytes written likewise. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public void writeHit() {
        for (long linear : hot) {
            mmu.writeLong(linear, linear);
        }
    }

    /** Eight bytes read from a page that is not in the TLB: the walk and the new entry included. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long readMiss() {
        long sum = 0;
        for (long linear : cold) {
            sum += mmu.readLong(linear);
        }
        return sum;
    }

    /** A walk through four levels, without an access and without the TLB. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long walk() {
        long sum = 0;
        for (long linear : cold) {
            sum += mmu.translateForDebugger(linear);
        }
        return sum;
    }
}
