package org.linuxemu.core.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.InstructionDecoder;
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

/** Bytes to instructions, one after the other through a real program. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeBenchmark {
    static final int INSTRUCTIONS = 20_000;

    final InstructionDecoder decoder = new InstructionDecoder();
    byte[] code;
    int[] starts;

    /** Finds where instructions begin. */
    @Setup
    public void setUp() throws IOException {
        code = Program.code(1 << 18);
        starts = new int[INSTRUCTIONS];
        int at = 0;
        for (int i = 0; i < INSTRUCTIONS; i++) {
            starts[i] = at;
            at += decoder.decode(code, at, code.length, 8, new Instruction());
        }
        code = Arrays.copyOf(code, at);
    }

    /** One instruction, the object for it included. */
    @Benchmark
    @OperationsPerInvocation(INSTRUCTIONS)
    public void instruction(Blackhole result) {
        for (int start : starts) {
            Instruction i = new Instruction();
            decoder.decode(code, start, code.length, 8, i);
            result.consume(i);
        }
    }
}
