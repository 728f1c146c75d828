package org.linuxemu.core.exec.fp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Scalar SSE arithmetic against the real processor: results, MXCSR flags, and which cases trap. */
class SseArithmeticOracleTest {
    private static final long SEED = Long.getLong("oracle.seed", 20240607L);
    private static final int VECTORS = Integer.getInteger("oracle.vectors", 400_000);
    private static final int RECORD = 64;
    private static final int ILLEGAL_INSTRUCTION = 4;
    private static final int BATCH = 200_000;

    private final FpEnvironment e = new FpEnvironment();
    private final FloatOperands source = new FloatOperands(SEED);

    @Test
    void agreesWithTheProcessor() throws Exception {
        FpOracle oracle = FpOracle.open("fp-oracle");
        List<String> operations = oracle.ask("list");
        List<String> mismatches = new ArrayList<>();
        int compared = 0;
        for (int done = 0; done < VECTORS && mismatches.size() < 20; done += BATCH) {
            int n = Math.min(BATCH, VECTORS - done);
            ByteBuffer in = ByteBuffer.allocate(n * RECORD).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < n; i++) {
                int index = (done + i) % operations.size();
                String name = operations.get(index);
                write(in, i * RECORD, index, name);
            }
            ByteBuffer out = oracle.run(in);
            for (int i = 0; i < n; i++) {
                int at = i * RECORD;
                if (out.getInt(at + 56) != ILLEGAL_INSTRUCTION) {
                    compared++;
                    compare(operations.get(in.getInt(at)), in, out, at, mismatches);
                }
            }
        }
        if (!mismatches.isEmpty()) {
            fail(
                    "seed "
                            + SEED
                            + ", the first mismatches of "
                            + compared
                            + ":\n"
                            + String.join("\n", mismatches));
        }
        assertThat(compared).isGreaterThan(VECTORS / 2);
    }

    private void write(ByteBuffer in, int at, int operation, String name) {
        in.putInt(at, operation);
        in.putInt(at + 4, mxcsr());
        if (name.startsWith("I")) {
            in.putLong(at + 16, source.integer());
            return;
        }
        int fractionBits = name.startsWith("F16") ? 10 : isDouble(name) ? 52 : 23;
        int exponentBits = name.startsWith("F16") ? 5 : isDouble(name) ? 11 : 8;
        if (name.contains("F16")) {
            // These convert four elements: the same in each.
            int a = (int) source.next(fractionBits, exponentBits);
            for (int lane = 0; lane < 16; lane += 4) {
                in.putInt(at + 16 + lane, fractionBits == 10 ? a << 16 | a & 0xFFFF : a);
            }
            return;
        }
        for (int lane = 0; lane < 16; lane += isDouble(name) ? 8 : 4) {
            long a = source.next(fractionBits, exponentBits);
            long b = next(a, fractionBits, exponentBits);
            long c = next(b, fractionBits, exponentBits);
            if (name.startsWith("FM") || name.startsWith("FN")) {
                c = addend(a, b, fractionBits, exponentBits, c);
            }
            put(in, at + 16 + lane, a, isDouble(name));
            put(in, at + 32 + lane, b, isDouble(name));
            put(in, at + 48 + lane, c, isDouble(name));
        }
    }

    private static void put(ByteBuffer in, int at, long value, boolean wide) {
        if (wide) {
            in.putLong(at, value);
        } else {
            in.putInt(at, (int) value);
        }
    }

    private long next(long other, int fractionBits, int exponentBits) {
        return source.below(3) == 0
                ? source.near(other, fractionBits, exponentBits)
                : source.next(fractionBits, exponentBits);
    }

    /** Half of the time an addend whose exponent is close to the product's. */
    private long addend(long a, long b, int fractionBits, int exponentBits, long otherwise) {
        int top = (1 << exponentBits) - 1;
        int product =
                (int) (a >>> fractionBits & top) + (int) (b >>> fractionBits & top) - (top >> 1);
        int exponent = product + source.below(2 * fractionBits + 8) - fractionBits - 4;
        if (source.below(2) == 0 || exponent < 0 || exponent > top) {
            return otherwise;
        }
        return (long) source.below(2) << (fractionBits + exponentBits)
                | (long) exponent << fractionBits
                | source.pattern(fractionBits);
    }

    private int mxcsr() {
        int masks = source.below(4) == 0 ? source.below(64) : 0x3F;
        int m = masks << 7 | source.below(4) << 13;
        if (source.below(4) == 0) {
            m |= 0x40;
        }
        if (source.below(4) == 0) {
            m |= 0x8000;
        }
        if (source.below(3) == 0) {
            // The state in which the fast paths are open.
            m = (m | 0x1020) & ~0x6000;
        }
        return m;
    }

    private static boolean isDouble(String name) {
        return name.startsWith("F64")
                || (name.contains("64") && !name.startsWith("F32"))
                || name.equals("DIVPD");
    }

    private void compare(
            String name, ByteBuffer in, ByteBuffer out, int at, List<String> mismatches) {
        int mode = in.getInt(at + 4);
        e.loadMxcsr(mode);
        long a = isDouble(name) ? in.getLong(at + 16) : in.getInt(at + 16);
        long b = isDouble(name) ? in.getLong(at + 32) : in.getInt(at + 32);
        long c = isDouble(name) ? in.getLong(at + 48) : in.getInt(at + 48);
        long result;
        boolean wide = resultIsWide(name);
        long expected = wide ? out.getLong(at) : out.getInt(at);
        if (name.equals("ADDPS")) {
            result = 0;
            long all = 0;
            for (int i = 0; i < 16; i += 4) {
                int r = Binary32.add(e, in.getInt(at + 16 + i), in.getInt(at + 32 + i));
                result = result * 31 + r;
                all = all * 31 + out.getInt(at + i);
            }
            expected = all;
        } else if (name.equals("DIVPD")) {
            result =
                    Binary64.divide(e, a, b) * 31
                            + Binary64.divide(e, in.getLong(at + 24), in.getLong(at + 40));
            expected = expected * 31 + out.getLong(at + 8);
        } else {
            result = SseCases.run(name, e, a, b, c, in.getLong(at + 16));
            result = wide ? result : (int) result;
            if (name.startsWith("F32_F16")) {
                expected &= 0xFFFF;
            }
        }
        int status = mode & 0xFFFF | e.reportedFlags();
        boolean trapped = out.getInt(at + 56) != 0;
        boolean trap = e.unmaskedFlags() != 0;
        boolean same =
                status == (out.getInt(at + 48) & 0xFFFF)
                        && trap == trapped
                        && (trap || result == expected);
        if (!same && mismatches.size() < 100) {
            mismatches.add(
                    String.format(
                            Locale.ROOT,
                            "%s mxcsr=%04x a=%x b=%x c=%x: expected %x flags %02x trap %b, got %x flags %02x trap %b",
                            name,
                            mode,
                            a,
                            b,
                            c,
                            expected,
                            out.getInt(at + 48) & 0x3F,
                            trapped,
                            result,
                            status & 0x3F,
                            trap));
        }
    }

    private static boolean resultIsWide(String name) {
        if (name.endsWith("_F32")
                || name.endsWith("_I32")
                || name.endsWith("_I32T")
                || name.startsWith("F32_F16")) {
            return false;
        }
        return name.endsWith("_F64")
                || name.endsWith("_I64")
                || name.endsWith("_I64T")
                || isDouble(name);
    }
}
