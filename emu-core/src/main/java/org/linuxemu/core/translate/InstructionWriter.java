package org.linuxemu.core.translate;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.objectweb.asm.MethodVisitor;

/**
 * Bytecode of single instructions that are not branches. An instruction that can fault assigns
 * registers and flags after its accesses.
 */
final class InstructionWriter extends CodeWriter {
    private static final int FIRST_CMOV = Mnemonic.CMOVO.ordinal();
    private static final int FIRST_SET = Mnemonic.SETO.ordinal();

    /** What is known of the kind of flags at this point. */
    int known = UNKNOWN;

    private final ShiftWriter shifts = new ShiftWriter(this);
    private final MultiplyWriter multiplications = new MultiplyWriter(this);
    private final BitWriter bits = new BitWriter(this);
    private final VectorWriter vectors = new VectorWriter(this);
    private final FloatWriter floats = new FloatWriter(this, vectors);

    InstructionWriter(MethodVisitor mv, String className, boolean inMemory, int used, int written) {
        super(mv, className, inMemory, used, written);
    }

    // ---- what an instruction does, without writing it ----

    /** Whether {@link #write} has bytecode for it; else the class of its family executes it. */
    static boolean isNative(Instruction i) {
        if (i.codeSize != 8 || i.entry == null || (i.hasMemory() && i.addressSize != 8)) {
            return false;
        }
        int kind0 = Operand.kind(i.operand0);
        int kind1 = Operand.kind(i.operand1);
        int size = Operand.size(i.operand0);
        switch (i.mnemonic) {
            case NOP:
            case ENDBR64:
            case ENDBR32:
                return true;
            case MOV:
                return plain(kind0) && plain(kind1) && !(i.opcode >= 0xA0 && i.opcode <= 0xA3);
            case MOVZX:
            case MOVSX:
            case MOVSXD:
            case LEA:
            case ADD:
            case ADC:
            case SUB:
            case SBB:
            case AND:
            case OR:
            case XOR:
            case CMP:
            case TEST:
            case INC:
            case DEC:
            case NEG:
            case NOT:
                return true;
            case XCHG:
                return true;
            case SHL:
            case SHR:
            case SAR:
                return kind1 == Operand.ONE
                        || kind1 == Operand.GPR
                        || (kind1 == Operand.IMMEDIATE
                                && (i.immediate & (size == 8 ? 63 : 31)) != 0);
            case SHLX:
            case SHRX:
            case SARX:
            case RORX:
                return size >= 4;
            case IMUL:
                return i.operand1 != 0 || size >= 4;
            case BT:
            case BTS:
            case BTR:
            case BTC:
                return kind0 == Operand.GPR;
            case BSF:
            case BSR:
            case TZCNT:
                return kind0 == Operand.GPR && size >= 4;
            case BSWAP:
                return size >= 4;
            case CBW:
            case CWD:
                return true;
            case PUSH:
            case POP:
                return i.operandSize == 8
                        && (kind0 == Operand.GPR
                                || (i.mnemonic == Mnemonic.PUSH
                                        && (kind0 == Operand.IMMEDIATE
                                                || kind0 == Operand.MEMORY)));
            case LEAVE:
                return i.operandSize == 8;
            default:
                return isConditionalMove(i) || isSet(i) || isElsewhere(i);
        }
    }

    /** Whether one of the other writers has it. */
    private static boolean isElsewhere(Instruction i) {
        return ShiftWriter.isNative(i)
                || MultiplyWriter.isNative(i)
                || BitWriter.isNative(i)
                || isVector(i);
    }

    /** Whether it is native and works on vector registers. */
    static boolean isVector(Instruction i) {
        return VectorWriter.isNative(i) || FloatWriter.isNative(i);
    }

    private static boolean plain(int kind) {
        return kind == Operand.GPR
                || kind == Operand.GPR_HIGH
                || kind == Operand.MEMORY
                || kind == Operand.IMMEDIATE;
    }

    static boolean isConditionalMove(Instruction i) {
        int n = i.mnemonic.ordinal() - FIRST_CMOV;
        return n >= 0 && n < 16;
    }

    static boolean isSet(Instruction i) {
        int n = i.mnemonic.ordinal() - FIRST_SET;
        return n >= 0 && n < 16;
    }

    /** Whether a native instruction may touch memory. */
    static boolean mayFault(Instruction i) {
        switch (i.mnemonic) {
            case LEA:
            case NOP:
            case ENDBR64:
            case ENDBR32:
                return false;
            case PUSH:
            case POP:
            case LEAVE:
            case DIV:
            case IDIV:
                return true;
            default:
                return i.hasMemory() || isVector(i);
        }
    }

    /** Whether a native instruction replaces all arithmetic flags, using none of them. */
    static boolean replacesFlags(Instruction i) {
        switch (i.mnemonic) {
            case ADD:
            case ADC:
            case SUB:
            case SBB:
            case AND:
            case OR:
            case XOR:
            case CMP:
            case TEST:
            case NEG:
            case IMUL:
            case MUL:
            case TZCNT:
            case POPCNT:
            case LZCNT:
            case ANDN:
            case BLSR:
            case BLSI:
            case BLSMSK:
            case BZHI:
            case CMPXCHG:
            case XADD:
            case PTEST:
            case UCOMISS:
            case COMISS:
            case UCOMISD:
            case COMISD:
                return true;
            case SHL:
            case SHR:
            case SAR:
                return !ShiftWriter.isNative(i);
            default:
                return false;
        }
    }

    /**
     * Whether a native instruction needs flags of one before it for more than to leave them as they
     * are.
     */
    static boolean readsFlags(Instruction i) {
        switch (i.mnemonic) {
            case ADC:
            case SBB:
            case ADCX:
            case ADOX:
                return true;
            default:
                return isConditionalMove(i) || isSet(i);
        }
    }

    /** General registers that a native instruction uses beyond its operands, as bits. */
    static int impliedRegisters(Instruction i) {
        switch (i.mnemonic) {
            case PUSH:
            case POP:
                return 1 << CpuState.RSP;
            case LEAVE:
                return 1 << CpuState.RSP | 1 << CpuState.RBP;
            case CBW:
                return 1 << CpuState.RAX;
            case CWD:
            case MUL:
            case DIV:
            case IDIV:
                return 1 << CpuState.RAX | 1 << CpuState.RDX;
            case IMUL:
                return i.operand1 == 0 ? 1 << CpuState.RAX | 1 << CpuState.RDX : 0;
            case MULX:
                return 1 << CpuState.RDX;
            case CMPXCHG:
                return 1 << CpuState.RAX;
            default:
                return 0;
        }
    }

    // ---- bytecode ----

    /**
     * Writes a native instruction; its site is marked already.
     *
     * @param nextOffset offset of the instruction behind it in the page
     * @param flagsLive whether anything looks at the flags it leaves
     */
    void write(Instruction i, int nextOffset, boolean flagsLive) {
        int size = Operand.size(i.operand0);
        boolean memory = Operand.kind(i.operand0) == Operand.MEMORY;
        switch (i.mnemonic) {
            case NOP:
            case ENDBR64:
            case ENDBR32:
                break;
            case MOV:
                if (memory) {
                    pushAddress(i, nextOffset, true);
                    push(i, i.operand1, nextOffset, size, false);
                    write(size);
                } else {
                    push(i, i.operand1, nextOffset, size, false);
                    popRegister(i.operand0);
                }
                break;
            case MOVZX:
                push(i, i.operand1, nextOffset, Operand.size(i.operand1), false);
                popRegister(i.operand0);
                break;
            case MOVSX:
            case MOVSXD:
                push(i, i.operand1, nextOffset, Operand.size(i.operand1), true);
                popRegister(i.operand0);
                break;
            case LEA:
                pushAddress(i, nextOffset, false);
                popRegister(i.operand0);
                break;
            case ADD:
            case ADC:
            case SUB:
            case SBB:
            case AND:
            case OR:
            case XOR:
                binary(i, nextOffset, size, memory, flagsLive);
                break;
            case CMP:
            case TEST:
                compare(i, nextOffset, size, flagsLive);
                break;
            case INC:
            case DEC:
                increment(i, nextOffset, size, memory, flagsLive);
                break;
            case NEG:
            case NOT:
                negate(i, nextOffset, size, memory, flagsLive);
                break;
            case XCHG:
                exchange(i, nextOffset, size, memory);
                break;
            case SHL:
            case SHR:
            case SAR:
                if (ShiftWriter.isNative(i)) {
                    shifts.write(i, nextOffset, size, memory, flagsLive);
                    break;
                }
                shift(i, nextOffset, size, memory, flagsLive);
                break;
            case SHLX:
            case SHRX:
            case SARX:
            case RORX:
                shiftWithoutFlags(i, nextOffset, size);
                break;
            case IMUL:
                if (MultiplyWriter.isNative(i)) {
                    multiplications.write(i, nextOffset, size, flagsLive);
                    break;
                }
                multiply(i, nextOffset, size, flagsLive);
                break;
            case BT:
            case BTS:
            case BTR:
            case BTC:
                bitTest(i, nextOffset, size, flagsLive);
                break;
            case BSF:
            case BSR:
            case TZCNT:
                scan(i, nextOffset, size, flagsLive);
                break;
            case BSWAP:
                load(slot(Operand.number(i.operand0)));
                if (size == 8) {
                    javaLong("reverseBytes", "(J)J");
                } else {
                    op(L2I);
                    mv.visitMethodInsn(
                            INVOKESTATIC, "java/lang/Integer", "reverseBytes", "(I)I", false);
                    op(I2L);
                }
                popRegister(i.operand0);
                break;
            case CBW:
                load(slot(CpuState.RAX));
                signExtend(i.operandSize / 2);
                popRegister(Operand.of(Operand.GPR, i.operandSize, CpuState.RAX));
                break;
            case CWD:
                load(slot(CpuState.RAX));
                signExtend(i.operandSize);
                constant(63);
                op(LSHR);
                popRegister(Operand.of(Operand.GPR, i.operandSize, CpuState.RDX));
                break;
            case PUSH:
                push(i, i.operand0, nextOffset, 8, false);
                store(temp0);
                pushValue(temp0);
                break;
            case POP:
                load(slot(CpuState.RSP));
                read(8, false);
                moveStack(8);
                store(slot(Operand.number(i.operand0)));
                break;
            case LEAVE:
                load(slot(CpuState.RBP));
                read(8, false);
                load(slot(CpuState.RBP));
                constant(8L);
                op(LADD);
                store(slot(CpuState.RSP));
                store(slot(CpuState.RBP));
                break;
            default:
                if (isConditionalMove(i) || isSet(i)) {
                    conditional(i, nextOffset, size, memory);
                } else {
                    elsewhere(i, nextOffset, size, memory, flagsLive);
                }
                break;
        }
    }

    private void elsewhere(
            Instruction i, int nextOffset, int size, boolean memory, boolean flagsLive) {
        if (ShiftWriter.isNative(i)) {
            shifts.write(i, nextOffset, size, memory, flagsLive);
        } else if (MultiplyWriter.isNative(i)) {
            multiplications.write(i, nextOffset, size, flagsLive);
        } else if (BitWriter.isNative(i)) {
            bits.write(i, nextOffset, size, flagsLive);
        } else if (VectorWriter.isNative(i)) {
            vectors.write(i, nextOffset, flagsLive);
        } else {
            floats.write(i, nextOffset, flagsLive);
        }
    }

    /** A block begins, into which may be jumped. */
    void startBlock() {
        vectors.startBlock();
    }

    /** Stores the long in a temporary at RSP - 8 and moves RSP. */
    void pushValue(int local) {
        load(slot(CpuState.RSP));
        constant(8L);
        op(LSUB);
        load(local);
        write(8);
        moveStack(-8);
    }

    void moveStack(int delta) {
        load(slot(CpuState.RSP));
        constant((long) delta);
        op(LADD);
        store(slot(CpuState.RSP));
    }

    void javaLong(String name, String type) {
        mv.visitMethodInsn(INVOKESTATIC, "java/lang/Long", name, type, false);
    }

    /** Leaves the address in temp0 and the destination's old value on the stack. */
    void readDestination(Instruction i, int nextOffset, int size, boolean memory, boolean signed) {
        if (memory) {
            pushAddress(i, nextOffset, true);
            op(DUP2);
            store(temp0);
            readForUpdate(size, signed);
        } else {
            push(i, i.operand0, nextOffset, size, signed);
        }
    }

    /** Writes the long of a local to the destination that {@link #readDestination} has read. */
    void writeDestination(Instruction i, int size, boolean memory, int value) {
        if (memory) {
            load(temp0);
            load(value);
            write(size);
        } else {
            load(value);
            popRegister(i.operand0);
        }
    }

    private void binary(
            Instruction i, int nextOffset, int size, boolean memory, boolean flagsLive) {
        boolean add = i.mnemonic == Mnemonic.ADD || i.mnemonic == Mnemonic.ADC;
        boolean subtract = i.mnemonic == Mnemonic.SUB || i.mnemonic == Mnemonic.SBB;
        boolean carry = i.mnemonic == Mnemonic.ADC || i.mnemonic == Mnemonic.SBB;
        boolean arithmetic = add || subtract;
        if (i.mnemonic == Mnemonic.XOR && !memory && i.operand0 == i.operand1) {
            constant(0L);
            popRegister(i.operand0);
            if (flagsLive) {
                constant(0L);
                store(RESULT);
                kind(Flags.LOGIC);
                known = Flags.LOGIC;
            }
            return;
        }
        // Until the last access is done only temporaries are assigned; without one in the way the
        // flags' locals serve as temporaries.
        if (!memory && !arithmetic) {
            push(i, i.operand1, nextOffset, size, true);
            push(i, i.operand0, nextOffset, size, true);
            op(i.mnemonic == Mnemonic.AND ? LAND : i.mnemonic == Mnemonic.OR ? LOR : LXOR);
            store(flagsLive ? RESULT : temp2);
            load(flagsLive ? RESULT : temp2);
            popRegister(i.operand0);
            if (flagsLive) {
                kind(Flags.LOGIC);
                known = Flags.LOGIC;
            }
            return;
        }
        push(i, i.operand1, nextOffset, size, true);
        store(temp1);
        readDestination(i, nextOffset, size, memory, true);
        int a = temp2;
        store(a);
        load(a);
        load(temp1);
        op(
                add
                        ? LADD
                        : subtract
                                ? LSUB
                                : i.mnemonic == Mnemonic.AND
                                        ? LAND
                                        : i.mnemonic == Mnemonic.OR ? LOR : LXOR);
        if (carry) {
            pushCarry(known == WITH_CARRY ? UNKNOWN : known);
            op(I2L);
            op(add ? LADD : LSUB);
        }
        if (arithmetic) {
            signExtend(size);
        }
        int result = temp2 + 2;
        store(result);
        writeDestination(i, size, memory, result);
        if (flagsLive) {
            setFlags(add ? Flags.ADD : subtract ? Flags.SUB : Flags.LOGIC, a, temp1, result);
            known = carry ? WITH_CARRY : add ? Flags.ADD : subtract ? Flags.SUB : Flags.LOGIC;
        }
    }

    void setFlags(int kind, int a, int b, int result) {
        if (kind != Flags.LOGIC) {
            load(a);
            store(FLAG_A);
            load(b);
            store(FLAG_B);
        }
        load(result);
        store(RESULT);
        kind(kind);
    }

    private void compare(Instruction i, int nextOffset, int size, boolean flagsLive) {
        if (!flagsLive) {
            if (i.hasMemory()) {
                pushAddress(i, nextOffset, true);
                read(size, true);
                op(POP2);
            }
            return;
        }
        // The only access comes before the first assignment: it is operand 0 or 1, not both.
        if (Operand.kind(i.operand1) == Operand.MEMORY) {
            push(i, i.operand1, nextOffset, size, true);
            store(temp1);
            push(i, i.operand0, nextOffset, size, true);
            store(temp0);
        } else {
            push(i, i.operand0, nextOffset, size, true);
            store(temp0);
            push(i, i.operand1, nextOffset, size, true);
            store(temp1);
        }
        load(temp0);
        load(temp1);
        if (i.mnemonic == Mnemonic.TEST) {
            op(LAND);
            store(RESULT);
            kind(Flags.LOGIC);
            known = Flags.LOGIC;
        } else {
            op(LSUB);
            signExtend(size);
            store(temp2);
            setFlags(Flags.SUB, temp0, temp1, temp2);
            known = Flags.SUB;
        }
    }

    private void increment(
            Instruction i, int nextOffset, int size, boolean memory, boolean flagsLive) {
        boolean inc = i.mnemonic == Mnemonic.INC;
        readDestination(i, nextOffset, size, memory, true);
        store(temp1);
        load(temp1);
        constant(1L);
        op(inc ? LADD : LSUB);
        signExtend(size);
        store(temp2);
        writeDestination(i, size, memory, temp2);
        if (flagsLive) {
            pushCarry(known == WITH_CARRY ? UNKNOWN : known);
            storeExplicit();
            load(temp1);
            store(FLAG_A);
            constant(1L);
            store(FLAG_B);
            load(temp2);
            store(RESULT);
            known = inc ? Flags.INC : Flags.DEC;
            kind(known);
        }
    }

    private void negate(
            Instruction i, int nextOffset, int size, boolean memory, boolean flagsLive) {
        readDestination(i, nextOffset, size, memory, true);
        store(temp1);
        load(temp1);
        if (i.mnemonic == Mnemonic.NOT) {
            constant(-1L);
            op(LXOR);
        } else {
            op(LNEG);
            signExtend(size);
        }
        store(temp2);
        writeDestination(i, size, memory, temp2);
        if (flagsLive && i.mnemonic == Mnemonic.NEG) {
            constant(0L);
            store(FLAG_A);
            load(temp1);
            store(FLAG_B);
            load(temp2);
            store(RESULT);
            kind(Flags.SUB);
            known = Flags.SUB;
        }
    }

    private void exchange(Instruction i, int nextOffset, int size, boolean memory) {
        readDestination(i, nextOffset, size, memory, false);
        store(temp1);
        push(i, i.operand1, nextOffset, size, false);
        store(temp2);
        writeDestination(i, size, memory, temp2);
        load(temp1);
        popRegister(i.operand1);
    }

    private void shift(Instruction i, int nextOffset, int size, boolean memory, boolean flagsLive) {
        int count =
                Operand.kind(i.operand1) == Operand.ONE
                        ? 1
                        : (int) i.immediate & (size == 8 ? 63 : 31);
        boolean signed = i.mnemonic == Mnemonic.SAR;
        readDestination(i, nextOffset, size, memory, signed);
        store(temp1);
        load(temp1);
        constant(count);
        op(i.mnemonic == Mnemonic.SHL ? LSHL : signed ? LSHR : LUSHR);
        store(temp2);
        writeDestination(i, size, memory, temp2);
        if (!flagsLive) {
            return;
        }
        load(temp2);
        signExtend(size);
        store(RESULT);
        load(temp1);
        constant(count);
        if (signed) {
            flags("sarFlags", "(JI)I");
        } else {
            constant(8 * size);
            if (i.mnemonic == Mnemonic.SHL) {
                load(RESULT);
                flags("shlFlags", "(JIIJ)I");
            } else {
                flags("shrFlags", "(JII)I");
            }
        }
        storeExplicit();
        kind(Flags.SHIFT);
        known = Flags.SHIFT;
    }

    private void shiftWithoutFlags(Instruction i, int nextOffset, int size) {
        boolean signed = i.mnemonic == Mnemonic.SARX;
        push(i, i.operand1, nextOffset, size, signed);
        if (i.mnemonic == Mnemonic.RORX) {
            int count = (int) i.immediate & (8 * size - 1);
            if (size == 8) {
                constant(count);
                javaLong("rotateRight", "(JI)J");
            } else {
                op(L2I);
                constant(count);
                mv.visitMethodInsn(
                        INVOKESTATIC, "java/lang/Integer", "rotateRight", "(II)I", false);
                op(I2L);
            }
        } else {
            load(slot(Operand.number(i.operand2)));
            op(L2I);
            constant(8 * size - 1);
            op(IAND);
            op(i.mnemonic == Mnemonic.SHLX ? LSHL : signed ? LSHR : LUSHR);
        }
        popRegister(i.operand0);
    }

    private void multiply(Instruction i, int nextOffset, int size, boolean flagsLive) {
        int first = i.operand2 == 0 ? i.operand0 : i.operand1;
        int second = i.operand2 == 0 ? i.operand1 : i.operand2;
        push(i, first, nextOffset, size, true);
        store(temp0);
        push(i, second, nextOffset, size, true);
        store(temp1);
        load(temp0);
        load(temp1);
        op(LMUL);
        store(temp2);
        load(temp2);
        popRegister(i.operand0);
        if (!flagsLive) {
            return;
        }
        load(temp2);
        signExtend(size);
        store(RESULT);
        if (size == 8) {
            load(temp0);
            load(temp1);
            mv.visitMethodInsn(INVOKESTATIC, "java/lang/Math", "multiplyHigh", "(JJ)J", false);
            load(temp2);
            flags("multiplyFlags", "(JJ)I");
        } else {
            load(temp2);
            load(RESULT);
            flags("multiplyFlagsNarrow", "(JJ)I");
        }
        storeExplicit();
        kind(Flags.MULTIPLY);
        known = Flags.MULTIPLY;
    }

    private void bitTest(Instruction i, int nextOffset, int size, boolean flagsLive) {
        push(i, i.operand0, nextOffset, size, false);
        store(temp0);
        if (Operand.kind(i.operand1) == Operand.IMMEDIATE) {
            constant((int) i.immediate & (8 * size - 1));
        } else {
            load(slot(Operand.number(i.operand1)));
            op(L2I);
            constant(8 * size - 1);
            op(IAND);
        }
        mv.visitVarInsn(ISTORE, temp1);
        if (i.mnemonic != Mnemonic.BT) {
            load(temp0);
            constant(1L);
            mv.visitVarInsn(ILOAD, temp1);
            op(LSHL);
            if (i.mnemonic == Mnemonic.BTR) {
                constant(-1L);
                op(LXOR);
                op(LAND);
            } else {
                op(i.mnemonic == Mnemonic.BTS ? LOR : LXOR);
            }
            popRegister(i.operand0);
        }
        if (!flagsLive) {
            return;
        }
        pushAllFlags();
        load(temp0);
        mv.visitVarInsn(ILOAD, temp1);
        op(LUSHR);
        op(L2I);
        constant(1);
        op(IAND);
        flags("withCarry", "(II)I");
        explicit();
    }

    /** Pops flags as in RFLAGS. */
    void explicit() {
        storeExplicit();
        kind(Flags.EXPLICIT);
        known = Flags.EXPLICIT;
    }

    private void scan(Instruction i, int nextOffset, int size, boolean flagsLive) {
        push(i, i.operand1, nextOffset, size, false);
        store(temp0);
        if (i.mnemonic == Mnemonic.TZCNT) {
            load(temp0);
            javaLong("numberOfTrailingZeros", "(J)I");
            if (size == 4) {
                constant(32);
                mv.visitMethodInsn(INVOKESTATIC, "java/lang/Math", "min", "(II)I", false);
            }
            op(I2L);
            store(temp1);
            load(temp1);
            popRegister(i.operand0);
            if (flagsLive) {
                constant(0);
                load(temp1);
                flags("withZero", "(IJ)I");
                load(temp0);
                flags("zero", "(J)I");
                op(IOR);
                explicit();
            }
            return;
        }
        // A source of 0 leaves the destination as it was, upper half included.
        load(temp0);
        flags("zero", "(J)I");
        load(slot(Operand.number(i.operand0)));
        if (i.mnemonic == Mnemonic.BSR) {
            constant(63);
        }
        load(temp0);
        javaLong(
                i.mnemonic == Mnemonic.BSF ? "numberOfTrailingZeros" : "numberOfLeadingZeros",
                "(J)I");
        if (i.mnemonic == Mnemonic.BSR) {
            op(ISUB);
        }
        op(I2L);
        flags("select", "(IJJ)J");
        store(slot(Operand.number(i.operand0)));
        if (!flagsLive) {
            return;
        }
        pushAllFlags();
        load(temp0);
        flags("withZero", "(IJ)I");
        explicit();
    }

    private void conditional(Instruction i, int nextOffset, int size, boolean memory) {
        int k = known == WITH_CARRY ? WITH_CARRY : known;
        if (isSet(i)) {
            int code = i.mnemonic.ordinal() - FIRST_SET;
            if (memory) {
                pushAddress(i, nextOffset, true);
                pushCondition(code, k);
                op(I2L);
                write(1);
            } else {
                pushCondition(code, k);
                op(I2L);
                popRegister(i.operand0);
            }
            return;
        }
        push(i, i.operand1, nextOffset, size, false);
        store(temp0);
        pushCondition(i.mnemonic.ordinal() - FIRST_CMOV, k);
        load(temp0);
        push(i, i.operand0, nextOffset, size, false);
        flags("select", "(IJJ)J");
        popRegister(i.operand0);
    }
}
