package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;

/** Sends an instruction to the class of its family. */
public final class Dispatcher {
    private Dispatcher() {}

    /** Executes one instruction by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic.family) {
            case ARITHMETIC:
                ArithmeticOps.execute(c, i);
                break;
            case DATA:
                DataOps.execute(c, i);
                break;
            case BRANCH:
                BranchOps.execute(c, i);
                break;
            case STACK:
                StackOps.execute(c, i);
                break;
            case STRING:
                StringOps.execute(c, i);
                break;
            case SHIFT:
                ShiftOps.execute(c, i);
                break;
            case BIT:
                BitOps.execute(c, i);
                break;
            case SEGMENT:
                SegmentOps.execute(c, i);
                break;
            case SYSTEM:
                SystemOps.execute(c, i);
                break;
            case X87:
                X87Ops.execute(c, i);
                break;
            case MMX:
                MmxOps.execute(c, i);
                break;
            case FPSTATE:
                FpStateOps.execute(c, i);
                break;
            case SSE_MOVE:
                SseMoveOps.execute(c, i);
                break;
            case SSE_INTEGER:
                SseIntegerOps.execute(c, i);
                break;
            case SSE_SHUFFLE:
                SseShuffleOps.execute(c, i);
                break;
            case SSE_FLOAT:
                SseFloatOps.execute(c, i);
                break;
            case SSE_CONVERT:
                SseConvertOps.execute(c, i);
                break;
            case SSE_STRING:
                SseStringOps.execute(c, i);
                break;
            case CRYPTO:
                CryptoOps.execute(c, i);
                break;
            case AVX:
                AvxOps.execute(c, i);
                break;
            case AVX_MASKED:
                AvxMaskedOps.execute(c, i);
                break;
            case FMA:
                FmaOps.execute(c, i);
                break;
            default:
                throw c.invalidOpcode();
        }
    }
}
