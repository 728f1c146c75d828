package org.linuxemu.core.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.linuxemu.core.state.CpuState;
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

/**
 * What comes of a flag-setting operation: its kind, operands and result are stored each time, with
 * additions, subtractions and logic in random order.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FlagsBenchmark {
    static final int OPERATIONS = 4096;

    final CpuState state = new CpuState();
    final int[] kinds = new int[OPERATIONS];
    final int[] conditions = new int[OPERATIONS];
    final long[] first = new long[OPERATIONS];
    final long[] second = new long[OPERATIONS];

    /** Chooses the operations: 32-bit operands, sign-extended as {@link CpuState} wants them. */
    @Setup
    public void setUp() {
        Random random = new Random(1);
        for (int i = 0; i < OPERATIONS; i++) {
            kinds[i] = random.nextInt(3);
            conditions[i] = random.nextInt(16);
            first[i] = random.nextInt() >> random.nextInt(32);
            second[i] = random.nextBoolean() ? first[i] : random.nextInt() >> random.nextInt(32);
        }
    }

    private void operate(int i) {
        long a = first[i];
        long b = second[i];
        int kind = kinds[i];
        state.flagsKind = kind;
        state.flagsA = a;
        state.flagsB = b;
        state.flagsResult =
                kind == CpuState.FLAGS_ADD
                        ? (int) (a + b)
                        : kind == CpuState.FLAGS_SUB ? (int) (a - b) : a & b;
    }

    /** One of the sixteen conditions, at random. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public int condition() {
        int taken = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            operate(i);
            taken += state.condition(conditions[i]) ? 1 : 0;
        }
        return taken;
    }

    /** Equality, the most usual condition. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public int equal() {
        int taken = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            operate(i);
            taken += state.condition(4) ? 1 : 0;
        }
        return taken;
    }

    /** All six flags in their places, as for PUSHF. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public int all() {
        int sum = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            operate(i);
            sum += state.arithmeticFlags();
        }
        return sum;
    }
}
