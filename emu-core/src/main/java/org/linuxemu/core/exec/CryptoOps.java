package org.linuxemu.core.exec;

import static org.linuxemu.core.exec.SseFloatOps.pair;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;

/** AES-NI, PCLMULQDQ and the SHA extensions. */
public final class CryptoOps {
    private CryptoOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        switch (i.mnemonic) {
            case AESENC:
            case AESENCLAST:
            case AESDEC:
            case AESDECLAST:
                v.binary(c, i);
                for (int k = 0; k < v.lanes; k += 2) {
                    aesRound(i, v, k);
                }
                break;
            case AESIMC:
                v.unary(c, i);
                v.dst()[v.d] = inverseMix(v.b()[v.bi]);
                v.dst()[v.d + 1] = inverseMix(v.b()[v.bi + 1]);
                break;
            case AESKEYGENASSIST:
                v.unary(c, i);
                {
                    long low = v.b()[v.bi];
                    long high = v.b()[v.bi + 1];
                    v.dst()[v.d] = keyWords((int) (low >>> 32), (int) i.immediate);
                    v.dst()[v.d + 1] = keyWords((int) (high >>> 32), (int) i.immediate);
                    break;
                }
            case PCLMULQDQ:
                v.binary(c, i);
                for (int k = 0; k < v.lanes; k += 2) {
                    long a = v.a()[v.ai + k + ((int) i.immediate & 1)];
                    long b = v.b()[v.bi + k + ((int) i.immediate >> 4 & 1)];
                    v.dst()[v.d + k] = multiplyLow(a, b);
                    v.dst()[v.d + k + 1] = multiplyHigh(a, b);
                }
                break;
            default:
                sha(c, i);
                break;
        }
    }

    // ---- AES ----

    private static void aesRound(Instruction i, VectorOperands v, int k) {
        long low = v.a()[v.ai + k];
        long high = v.a()[v.ai + k + 1];
        int c0 = (int) low;
        int c1 = (int) (low >>> 32);
        int c2 = (int) high;
        int c3 = (int) (high >>> 32);
        long r0;
        long r1;
        switch (i.mnemonic) {
            case AESENC:
                r0 = pair(AesTables.round(c0, c1, c2, c3), AesTables.round(c1, c2, c3, c0));
                r1 = pair(AesTables.round(c2, c3, c0, c1), AesTables.round(c3, c0, c1, c2));
                break;
            case AESENCLAST:
                r0 = pair(AesTables.lastRound(c0, c1, c2, c3), AesTables.lastRound(c1, c2, c3, c0));
                r1 = pair(AesTables.lastRound(c2, c3, c0, c1), AesTables.lastRound(c3, c0, c1, c2));
                break;
            case AESDEC:
                r0 =
                        pair(
                                AesTables.inverseRound(c0, c3, c2, c1),
                                AesTables.inverseRound(c1, c0, c3, c2));
                r1 =
                        pair(
                                AesTables.inverseRound(c2, c1, c0, c3),
                                AesTables.inverseRound(c3, c2, c1, c0));
                break;
            default:
                r0 =
                        pair(
                                AesTables.inverseLastRound(c0, c3, c2, c1),
                                AesTables.inverseLastRound(c1, c0, c3, c2));
                r1 =
                        pair(
                                AesTables.inverseLastRound(c2, c1, c0, c3),
                                AesTables.inverseLastRound(c3, c2, c1, c0));
                break;
        }
        long key0 = v.b()[v.bi + k];
        long key1 = v.b()[v.bi + k + 1];
        v.dst()[v.d + k] = r0 ^ key0;
        v.dst()[v.d + k + 1] = r1 ^ key1;
    }

    private static long inverseMix(long columns) {
        return pair(
                AesTables.inverseMix((int) columns), AesTables.inverseMix((int) (columns >>> 32)));
    }

    private static long keyWords(int word, int roundConstant) {
        int s = AesTables.substitute(word);
        return pair(s, Integer.rotateRight(s, 8) ^ roundConstant);
    }

    // ---- carry-less multiplication ----

    /**
     * Low half of the product over GF(2): integer products of operands with holes of three bits, so
     * that no carry reaches a bit that is kept.
     */
    static long multiplyLow(long x, long y) {
        long x0 = x & 0x1111111111111111L;
        long x1 = x & 0x2222222222222222L;
        long x2 = x & 0x4444444444444444L;
        long x3 = x & 0x8888888888888888L;
        long y0 = y & 0x1111111111111111L;
        long y1 = y & 0x2222222222222222L;
        long y2 = y & 0x4444444444444444L;
        long y3 = y & 0x8888888888888888L;
        long z0 = x0 * y0 ^ x1 * y3 ^ x2 * y2 ^ x3 * y1;
        long z1 = x0 * y1 ^ x1 * y0 ^ x2 * y3 ^ x3 * y2;
        long z2 = x0 * y2 ^ x1 * y1 ^ x2 * y0 ^ x3 * y3;
        long z3 = x0 * y3 ^ x1 * y2 ^ x2 * y1 ^ x3 * y0;
        return z0 & 0x1111111111111111L
                | z1 & 0x2222222222222222L
                | z2 & 0x4444444444444444L
                | z3 & 0x8888888888888888L;
    }

    /** High half: the low half of the reversed operands, reversed. */
    static long multiplyHigh(long x, long y) {
        return Long.reverse(multiplyLow(Long.reverse(x), Long.reverse(y))) >>> 1;
    }

    // ---- SHA ----

    private static void sha(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        long a0 = v.a()[v.ai];
        long a1 = v.a()[v.ai + 1];
        long b0 = v.b()[v.bi];
        long b1 = v.b()[v.bi + 1];
        int a3 = (int) (a1 >>> 32);
        int a2 = (int) a1;
        int aHigh = (int) (a0 >>> 32);
        int b3 = (int) (b1 >>> 32);
        long r0;
        long r1;
        switch (i.mnemonic) {
            case SHA1NEXTE:
                r0 = b0;
                r1 = pair((int) b1, b3 + Integer.rotateLeft(a3, 30));
                break;
            case SHA1MSG1:
                r0 = a0 ^ b1;
                r1 = a1 ^ a0;
                break;
            case SHA1MSG2:
                {
                    int w16 = Integer.rotateLeft(a3 ^ (int) b1, 1);
                    int w17 = Integer.rotateLeft(a2 ^ (int) (b0 >>> 32), 1);
                    int w18 = Integer.rotateLeft(aHigh ^ (int) b0, 1);
                    int w19 = Integer.rotateLeft((int) a0 ^ w16, 1);
                    r0 = pair(w19, w18);
                    r1 = pair(w17, w16);
                    break;
                }
            case SHA256MSG1:
                r0 = pair((int) a0 + smallSigma0(aHigh), aHigh + smallSigma0(a2));
                r1 = pair(a2 + smallSigma0(a3), a3 + smallSigma0((int) b0));
                break;
            case SHA256MSG2:
                {
                    int w16 = (int) a0 + smallSigma1((int) b1);
                    int w17 = aHigh + smallSigma1(b3);
                    r0 = pair(w16, w17);
                    r1 = pair(a2 + smallSigma1(w16), a3 + smallSigma1(w17));
                    break;
                }
            case SHA1RNDS4:
                sha1Rounds(i, v);
                return;
            default:
                sha256Rounds(c, i, v);
                return;
        }
        v.dst()[v.d] = r0;
        v.dst()[v.d + 1] = r1;
    }

    private static int smallSigma0(int x) {
        return Integer.rotateRight(x, 7) ^ Integer.rotateRight(x, 18) ^ x >>> 3;
    }

    private static int smallSigma1(int x) {
        return Integer.rotateRight(x, 17) ^ Integer.rotateRight(x, 19) ^ x >>> 10;
    }

    private static void sha1Rounds(Instruction i, VectorOperands v) {
        int a = (int) (v.a()[v.ai + 1] >>> 32);
        int b = (int) v.a()[v.ai + 1];
        int c = (int) (v.a()[v.ai] >>> 32);
        int d = (int) v.a()[v.ai];
        int e = 0; // the first word brings E with it
        int function = (int) i.immediate & 3;
        for (int n = 0; n < 4; n++) {
            int w = (int) (v.b()[v.bi + 1 - (n >> 1)] >>> 32 * (~n & 1));
            int f;
            int k;
            switch (function) {
                case 0:
                    f = b & c ^ ~b & d;
                    k = 0x5A827999;
                    break;
                case 1:
                    f = b ^ c ^ d;
                    k = 0x6ED9EBA1;
                    break;
                case 2:
                    f = b & c ^ b & d ^ c & d;
                    k = 0x8F1BBCDC;
                    break;
                default:
                    f = b ^ c ^ d;
                    k = 0xCA62C1D6;
                    break;
            }
            int next = f + Integer.rotateLeft(a, 5) + w + e + k;
            e = d;
            d = c;
            c = Integer.rotateLeft(b, 30);
            b = a;
            a = next;
        }
        v.dst()[v.d] = pair(d, c);
        v.dst()[v.d + 1] = pair(b, a);
    }

    private static void sha256Rounds(ExecContext x, Instruction i, VectorOperands v) {
        long words = x.state.vectors[Operand.number(i.operand2) << 2];
        int a = (int) (v.b()[v.bi + 1] >>> 32);
        int b = (int) v.b()[v.bi + 1];
        int c = (int) (v.a()[v.ai + 1] >>> 32);
        int d = (int) v.a()[v.ai + 1];
        int e = (int) (v.b()[v.bi] >>> 32);
        int f = (int) v.b()[v.bi];
        int g = (int) (v.a()[v.ai] >>> 32);
        int h = (int) v.a()[v.ai];
        for (int n = 0; n < 2; n++) {
            int s1 =
                    Integer.rotateRight(e, 6)
                            ^ Integer.rotateRight(e, 11)
                            ^ Integer.rotateRight(e, 25);
            int t = (e & f ^ ~e & g) + s1 + (int) (words >>> 32 * n) + h;
            int s0 =
                    Integer.rotateRight(a, 2)
                            ^ Integer.rotateRight(a, 13)
                            ^ Integer.rotateRight(a, 22);
            int u = t + (a & b ^ a & c ^ b & c) + s0;
            h = g;
            g = f;
            f = e;
            e = t + d;
            d = c;
            c = b;
            b = a;
            a = u;
        }
        v.dst()[v.d] = pair(f, e);
        v.dst()[v.d + 1] = pair(b, a);
    }
}
