package org.linuxemu.core.exception;

/**
 * A fault on its way from where it was found to the run loop. Stackless and preallocated, one per
 * processor: it carries only the fields below.
 */
@SuppressWarnings("serial")
public final class CpuException extends RuntimeException {
    public static final int DE = 0;
    public static final int DB = 1;
    public static final int NMI = 2;
    public static final int BP = 3;
    public static final int OF = 4;
    public static final int BR = 5;
    public static final int UD = 6;
    public static final int NM = 7;
    public static final int DF = 8;
    public static final int TS = 10;
    public static final int NP = 11;
    public static final int SS = 12;
    public static final int GP = 13;
    public static final int PF = 14;
    public static final int MF = 16;
    public static final int AC = 17;
    public static final int MC = 18;
    public static final int XM = 19;

    private int vector;
    private int errorCode;
    private long address;
    private boolean nonCanonical;

    public CpuException() {
        super(null, null, false, false);
    }

    public int vector() {
        return vector;
    }

    public int errorCode() {
        return errorCode;
    }

    /** Linear address of a page fault (CR2). */
    public long address() {
        return address;
    }

    /**
     * The #GP came from a data access to a non-canonical address; through SS it must become #SS.
     */
    public boolean nonCanonical() {
        return nonCanonical;
    }

    /** Fills and returns this object; write {@code throw fault.raise(...)}. */
    public CpuException raise(int newVector, int newErrorCode) {
        vector = newVector;
        errorCode = newErrorCode;
        address = 0;
        nonCanonical = false;
        return this;
    }

    public CpuException generalProtection(int newErrorCode) {
        return raise(GP, newErrorCode);
    }

    public CpuException invalidOpcode() {
        return raise(UD, 0);
    }

    public CpuException nonCanonicalAccess() {
        raise(GP, 0);
        nonCanonical = true;
        return this;
    }

    public CpuException pageFault(long linearAddress, int newErrorCode) {
        raise(PF, newErrorCode);
        address = linearAddress;
        return this;
    }

    /**
     * Whether delivery of this vector as an exception pushes an error code (SDM Vol. 3, table 6-1).
     */
    public static boolean hasErrorCode(int exceptionVector) {
        switch (exceptionVector) {
            case DF:
            case TS:
            case NP:
            case SS:
            case GP:
            case PF:
            case AC:
                return true;
            default:
                return false;
        }
    }
}
