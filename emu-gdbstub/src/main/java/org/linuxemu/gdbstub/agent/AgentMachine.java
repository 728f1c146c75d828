package org.linuxemu.gdbstub.agent;

/** What an expression can look at. */
public interface AgentMachine {
    /** Number of registers in the debugger's numbering. */
    int registerCount();

    /** Size of a register in bytes. */
    int registerBytes(int number);

    /** Value of a register of at most 8 bytes, zero-extended. */
    long register(int number);

    /** Reads memory; false unless all of it is readable. */
    boolean memory(long address, byte[] destination, int length);

    /** Takes the output of a printf operation. */
    void print(String text);
}
