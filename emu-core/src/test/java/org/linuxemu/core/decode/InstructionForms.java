package org.linuxemu.core.decode;

import java.util.Arrays;
import java.util.Random;

/**
 * Draws encodings of opcode table rows, with registers set so that a memory operand lies where the
 * test wants it.
 */
public final class InstructionForms {
    private final Random random;
    private final byte[] code = new byte[15];
    private int at;

    public InstructionForms(Random random) {
        this.random = random;
    }

    /**
     * An encoding of a row for 64-bit mode.
     *
     * @param address where the code will lie, for RIP-relative operands
     * @param target address that a memory operand shall have, below 4 GiB
     * @param registers general registers; base and index are changed to reach the target
     */
    public byte[] draw(OpcodeEntry e, long address, long target, long[] registers) {
        at = 0;
        boolean vex = e.map >= OpcodeEntry.MAP_VEX_0F;
        boolean shortAddress = random.nextInt(8) == 0;
        boolean memory = e.form == 0 ? random.nextInt(3) == 0 : e.form == 'm';
        if (e.modrmByte >= 0) {
            memory = e.modrmByte < 0xC0;
        }
        int rex = random.nextInt(3) == 0 ? 0 : random.nextInt(16);
        if (e.vexW >= 0) {
            rex = rex & 7 | e.vexW << 3;
        }
        if (shortAddress) {
            put(0x67);
        }
        if (random.nextInt(16) == 0) {
            put(0x3E);
        }
        int vexLength = e.vexL >= 0 ? e.vexL : random.nextInt(2);
        if (vex) {
            putVex(e, rex, vexLength);
        } else {
            putPrefixes(e, rex);
        }
        put(e.opcode);
        int immediates = 0;
        boolean modrm = e.hasModrm;
        for (int spec : e.specs) {
            int method = OperandSpec.method(spec);
            if (method == OperandSpec.I || method == OperandSpec.L) {
                immediates++;
            }
        }
        if (modrm) {
            int reg = e.modrmReg >= 0 ? e.modrmReg : random.nextInt(8);
            if (e.modrmByte >= 0) {
                put(e.modrmByte);
            } else if (memory) {
                putMemory(reg, rex, address, target, registers, shortAddress, immediates);
            } else {
                put(0xC0 | reg << 3 | random.nextInt(8));
            }
        }
        for (int i = 0; i < immediates; i++) {
            put(random.nextInt(4) == 0 ? random.nextInt(256) : random.nextInt(32));
        }
        return Arrays.copyOf(code, at);
    }

    private void put(int b) {
        code[at++] = (byte) b;
    }

    private void putPrefixes(OpcodeEntry e, int rex) {
        switch (e.prefix) {
            case OpcodeEntry.PREFIX_66:
                put(0x66);
                break;
            case OpcodeEntry.PREFIX_F3:
                put(0xF3);
                break;
            case OpcodeEntry.PREFIX_F2:
                put(0xF2);
                break;
            default:
                break;
        }
        if (rex != 0 || random.nextInt(8) == 0) {
            put(0x40 | rex);
        }
        if (e.map != OpcodeEntry.MAP_PRIMARY) {
            put(0x0F);
        }
        if (e.map == OpcodeEntry.MAP_0F38) {
            put(0x38);
        } else if (e.map == OpcodeEntry.MAP_0F3A) {
            put(0x3A);
        }
    }

    private void putVex(OpcodeEntry e, int rex, int length) {
        boolean usesV = false;
        for (int spec : e.specs) {
            int method = OperandSpec.method(spec);
            usesV |= method == OperandSpec.H || method == OperandSpec.B;
        }
        int v = usesV ? random.nextInt(16) : 0;
        int pp = Math.max(e.prefix, 0);
        int map = e.map - OpcodeEntry.MAP_VEX_0F + 1;
        if (map == 1 && (rex & 11) == 0 && random.nextBoolean()) {
            put(0xC5);
            put((rex & 4) << 5 ^ 0x80 | (v ^ 15) << 3 | length << 2 | pp);
        } else {
            put(0xC4);
            put((rex & 7) << 5 ^ 0xE0 | map);
            put((rex & 8) << 4 | (v ^ 15) << 3 | length << 2 | pp);
        }
    }

    private void putMemory(
            int reg,
            int rex,
            long address,
            long target,
            long[] registers,
            boolean shortAddress,
            int immediates) {
        int kind = random.nextInt(8);
        if (kind == 0) {
            put(reg << 3 | 5);
            put4(target - (address + at + 4 + immediates));
            return;
        }
        int mod = random.nextInt(3);
        long displacement =
                mod == 0
                        ? 0
                        : mod == 1 ? (byte) random.nextInt() : random.nextInt(0x100000) - 0x80000;
        int base;
        int low = random.nextInt(8);
        if (kind < 4 || low == 4) {
            int index = random.nextInt(8) | (rex & 2) << 2;
            if (mod == 0 && low == 5) {
                low = 3;
            }
            base = low | (rex & 1) << 3;
            int scale = random.nextInt(4);
            long multiple = 1 + (1L << scale);
            if (index == base && index != 4 && (target - displacement) % multiple != 0) {
                index = index & 8 | index + 1 & 7; // base + base << scale cannot reach the target
            }
            put(mod << 6 | reg << 3 | 4);
            put(scale << 6 | (index & 7) << 3 | low);
            if (index == 4) {
                registers[base] = target - displacement;
            } else if (index == base) {
                registers[base] = (target - displacement) / multiple;
            } else {
                registers[index] = random.nextInt(0x4000) - 0x2000;
                registers[base] = target - displacement - (registers[index] << scale);
            }
        } else {
            if (mod == 0 && low == 5) {
                low = 6;
            }
            base = low | (rex & 1) << 3;
            put(mod << 6 | reg << 3 | low);
            registers[base] = target - displacement;
        }
        if (shortAddress) {
            registers[base] = registers[base] & 0xFFFFFFFFL | (long) random.nextInt(1 << 16) << 40;
        }
        if (mod == 1) {
            put((int) displacement);
        } else if (mod == 2) {
            put4(displacement);
        }
    }

    private void put4(long value) {
        for (int i = 0; i < 4; i++) {
            put((int) (value >>> 8 * i));
        }
    }
}
