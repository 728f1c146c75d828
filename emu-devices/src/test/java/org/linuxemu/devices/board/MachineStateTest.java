package org.linuxemu.devices.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.state.CpuState;

/** Saved machines: whatever was going on, the restored one goes on as the undisturbed one does. */
class MachineStateTest {
    private static final int CODE = 0x7C00;
    private static final int HANDLER = 0x7E00;
    private static final int PAGE_DIRECTORY = 0x20000;
    private static final int PAGE_TABLE = 0x21000;
    private static final int DATA = 0x30000;

    /** INC word [500h]; STOSW with DI going round; JMP back: writes all over the first 64 KiB. */
    private static final int[] WRITER = {
        0xFF, 0x06, 0x00, 0x05, 0x81, 0xC7, 0x35, 0x12, 0x81, 0xE7, 0xFE, 0x3F, 0x81, 0xCF, 0x00,
        0x80, 0xAB, 0xEB, 0xED
    };

    /** STI; HLT; JMP to the HLT. */
    private static final int[] IDLE = {0xFB, 0xF4, 0xEB, 0xFD};

    private static final int[] PORTS = {
        0x20, 0x21, 0xA0, 0xA1, 0x40, 0x42, 0x43, 0x60, 0x61, 0x64, 0x70, 0x71, 0x80, 0x3F8, 0x3F9,
        0x3FA, 0x3FB, 0x3FC, 0x3FD, 0x2F8, 0x2F9, 0x3C0, 0x3C4, 0x3C5, 0x3D4, 0x3D5, 0x3DA, 0x600,
        0x608
    };

    private static final long[] REGISTERS = {
        PcMemoryLayout.LOCAL_APIC + 0x80,
        PcMemoryLayout.LOCAL_APIC + 0x320,
        PcMemoryLayout.LOCAL_APIC + 0x380,
        PcMemoryLayout.IO_APIC,
        PcMemoryLayout.IO_APIC + 0x10,
        PcMemoryLayout.HPET + 0x10,
        PcMemoryLayout.HPET + 0x100,
        PcMemoryLayout.HPET + 0x108,
        PcMemoryLayout.VGA_WINDOW + 0x18000
    };

    private static PcBoard board(String model, boolean acpi, int mebibytes, PcBoard.Loader loader)
            throws Exception {
        PcHost host =
                new PcHost() {
                    @Override
                    public int ended(End end, int value) {
                        return STAY_STOPPED;
                    }

                    @Override
                    public void reloadFailed(String message) {
                        throw new AssertionError(message);
                    }
                };
        CpuModel cpu = CpuModel.parse(model);
        return new PcBoard(
                new PcConfig((long) mebibytes << 20, cpu, 0, 1, -1, 0, false, acpi), host, loader);
    }

    private static PcBoard board(int... code) throws Exception {
        return board("max", true, 4, (ram, state) -> load(ram, state, code));
    }

    private static PcBoard empty() throws Exception {
        return board("max", true, 4, (ram, state) -> {});
    }

    private static void load(PhysicalMemory ram, CpuState state, int... code) {
        byte[] bytes = new byte[code.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) code[i];
        }
        ram.load(CODE, bytes, 0, bytes.length);
        put(ram, HANDLER, 0x0500_06FF); // INC word [500h]
        put(ram, HANDLER + 4, 0xCF); // IRET
        for (int vector = 0; vector < 256; vector++) {
            put(ram, 4 * vector, HANDLER);
        }
        state.segments[1].set(0, 0, 0xFFFF, 0x9B);
        state.idtrLimit = 0x3FF;
        state.rip = CODE;
        state.regs[CpuState.RSP] = CODE;
    }

    private static void poke(PcBoard board, Random random) {
        for (int i = 0; i < 20; i++) {
            if (random.nextInt(3) == 0) {
                long register = REGISTERS[random.nextInt(REGISTERS.length)];
                board.memory().write(register, 4, random.nextInt());
            } else {
                int port = PORTS[random.nextInt(PORTS.length)];
                int value = random.nextInt(256);
                // Command D1h could lead to a reset, which would need the loader.
                board.ports().out(port, 1, port == 0x64 && value >= 0xD0 ? 0x20 : value);
            }
        }
        board.keyboard().key(1 + random.nextInt(0x58), random.nextBoolean());
        board.serial(random.nextInt(4)).inputAvailable();
    }

    @ParameterizedTest
    @CsvSource({"max,true", "max,false", "'max,-apic',true", "'max,-apic',false"})
    void anyStateOfTheDevicesGoesOn(String model, boolean acpi) throws Exception {
        for (int seed = 0; seed < 12; seed++) {
            int[] code = seed % 5 == 0 ? WRITER : IDLE;
            int longest = seed % 5 == 0 ? 100_000 : 3_000_000;
            PcBoard one = board(model, acpi, 4, (ram, state) -> load(ram, state, code));
            PcBoard other = board(model, acpi, 4, (ram, state) -> {});
            for (PcBoard b : new PcBoard[] {one, other}) {
                for (int port = 0; port < 4; port++) {
                    Random bytes = new Random(port);
                    b.serial(port)
                            .connect(
                                    () -> bytes.nextInt(20) == 0 ? bytes.nextInt(257) : -1,
                                    v -> {});
                }
            }
            Random random = new Random(seed);
            for (int i = 0; i < 5; i++) {
                poke(one, random);
                one.runUntil(one.clock().cycles() + random.nextInt(longest));
            }
            // From here on both get the same input.
            for (PcBoard b : new PcBoard[] {one, other}) {
                for (int port = 0; port < 4; port++) {
                    Random bytes = new Random(port + 10);
                    b.serial(port)
                            .connect(
                                    () -> bytes.nextInt(20) == 0 ? bytes.nextInt(257) : -1,
                                    v -> {});
                }
            }
            MachineState saved = one.save();
            other.restore(saved);
            String where = "seed " + seed;
            assertThat(other.save().digest()).as(where).isEqualTo(saved.digest());
            for (int i = 0; i < 5; i++) {
                long pokes = random.nextLong();
                poke(one, new Random(pokes));
                poke(other, new Random(pokes));
                long until = one.clock().cycles() + random.nextInt(longest);
                one.runUntil(until);
                other.runUntil(until);
                assertThat(other.save().digest()).as(where).isEqualTo(one.save().digest());
                assertThat(other.cpu().stateHash()).as(where).isEqualTo(one.cpu().stateHash());
            }
        }
    }

    @Test
    void aSaveDoesNotDisturb() throws Exception {
        PcBoard saved = board(WRITER);
        PcBoard undisturbed = board(WRITER);
        for (long cycle = 0; cycle < 200_000; cycle += 777) {
            saved.runUntil(cycle);
            saved.save();
        }
        saved.runUntil(200_000);
        undisturbed.runUntil(200_000);
        assertThat(saved.save().digest()).isEqualTo(undisturbed.save().digest());
    }

    @Test
    void manyRestoresOfOneStateAllLeadToTheSame() throws Exception {
        PcBoard board = board(WRITER);
        board.runUntil(100_000);
        MachineState state = board.save();
        board.runUntil(120_000);
        long hash = board.cpu().stateHash();
        for (int i = 0; i < 1_000; i++) {
            board.restore(state);
            board.runUntil(100_000 + i % 7);
            board.restore(state);
            board.runUntil(120_000);
            assertThat(board.cpu().stateHash()).isEqualTo(hash);
        }
    }

    @Test
    void statesAreReachedInAnyOrder() throws Exception {
        PcBoard board = board(WRITER);
        MachineState[] states = new MachineState[20];
        for (int i = 0; i < states.length; i++) {
            board.runUntil(5_000L * (i + 1));
            states[i] = board.save();
        }
        Random random = new Random(5);
        for (int k = 0; k < 300; k++) {
            int i = random.nextInt(states.length);
            board.restore(states[i]);
            if (random.nextBoolean()) {
                assertThat(board.save().digest()).isEqualTo(states[i].digest());
            }
            int next = Math.min(i + 1 + random.nextInt(2), states.length - 1);
            board.runUntil(5_000L * (next + 1));
            assertThat(board.save().digest()).isEqualTo(states[next].digest());
        }
    }

    @Test
    void codeThatARestoreBringsBackIsExecuted() throws Exception {
        // INC AX; JMP back. The first byte becomes DEC AX after the save.
        PcBoard board = board(0x40, 0xEB, 0xFD);
        board.runUntil(100);
        MachineState state = board.save();
        board.runUntil(200);
        long ax = board.cpu().state().regs[0];
        board.memory().write(CODE, 1, 0x48);
        board.runUntil(1_000);
        board.restore(state);
        board.runUntil(200);
        assertThat(board.cpu().state().regs[0]).isEqualTo(ax);
    }

    @Test
    void theScreenIsRestored() throws Exception {
        PcBoard board = board(IDLE);
        for (int i = 0; i < 5; i++) {
            board.memory().write(PcMemoryLayout.VGA_WINDOW + 0x18000 + 2 * i, 1, "saved".charAt(i));
        }
        PcBoard other = empty();
        other.vga().screen();
        other.adopt(board.save());
        assertThat(other.vga().changed()).isTrue();
        assertThat(other.vga().screen()).isEqualTo(board.vga().screen());
        assertThat(other.vga().screen().character(4, 0)).isEqualTo('d');
    }

    /**
     * A guest that takes away the accessed bit but not the translation sees whether a translation
     * has outlived the save: then the bit stays clear.
     */
    @Test
    void translationsAreSaved() throws Exception {
        int[] code = {
            0xA1, 0x00, 0x00, 0x03, 0x00, // MOV EAX, [30000h]: translation made
            0x80, 0x25, 0xC0, 0x10, 0x02, 0x00, 0xDF, // AND byte [210C0h], ~20h: accessed bit off
            0xF3, 0x90, // PAUSE
            0x8B, 0x1D, 0x00, 0x00, 0x03, 0x00, // MOV EBX, [30000h]
            0xEB, 0xFE
        };
        PcBoard.Loader loader =
                (ram, state) -> {
                    load(ram, state, code);
                    for (int i = 0; i < 1024; i++) {
                        put(ram, PAGE_TABLE + 4 * i, i << 12 | 3);
                    }
                    put(ram, PAGE_DIRECTORY, PAGE_TABLE | 3);
                    put(ram, DATA, 1);
                    state.cr0 = 0x80000011L;
                    state.cr3 = PAGE_DIRECTORY;
                    for (int i = 0; i < 6; i++) {
                        state.segments[i].set(8, 0, 0xFFFFFFFFL, i == 1 ? 0xC09B : 0xC093);
                    }
                };
        PcBoard board = board("max", true, 4, loader);
        while (board.cpu().state().rip != CODE + 12) {
            assertThat(board.step(0, true)).isNull();
        }
        MachineState state = board.save();
        PcBoard other = empty();
        other.restore(state);
        board.runUntil(2_000);
        other.runUntil(2_000);
        assertThat(other.cpu().state().regs[3]).isEqualTo(1);
        assertThat(board.memory().peekByte(PAGE_TABLE + 4 * 0x30) & 0x20).isZero();
        assertThat(other.memory().peekByte(PAGE_TABLE + 4 * 0x30) & 0x20).isZero();
        assertThat(other.save().digest()).isEqualTo(board.save().digest());
    }

    private static void put(PhysicalMemory ram, int address, int value) {
        byte[] bytes = {
            (byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)
        };
        ram.load(address, bytes, 0, 4);
    }

    @Test
    void anotherMachineIsRefusedWithTheDifference() throws Exception {
        MachineState state = board(WRITER).save();
        refuses(board("max", true, 8, (r, s) -> {}), state, "memory 4096 KiB, this one 8192 KiB");
        refuses(board("max", false, 4, (r, s) -> {}), state, "ACPI on, this one off");
        refuses(board("max,-avx2,-sha", true, 4, (r, s) -> {}), state, "a processor with AVX2,SHA");
    }

    private static void refuses(PcBoard board, MachineState state, String reason) {
        long before = board.cpu().stateHash();
        assertThatThrownBy(() -> board.restore(state))
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("the saved machine has " + reason);
        assertThat(board.cpu().stateHash()).isEqualTo(before);
    }

    @Test
    void damageIsAnnouncedAndAResetHelps() throws Exception {
        PcBoard board = board(WRITER);
        board.runUntil(50_000);
        MachineState good = board.save();
        PcBoard fresh = board(WRITER);
        fresh.runUntil(50_000);
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            byte[] parts = good.parts().clone();
            parts[random.nextInt(parts.length)] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> board.restore(new MachineState(parts, good.memory())))
                    .isInstanceOf(StateFormatException.class);
        }
        board.reset();
        board.runUntil(board.clock().cycles() + 1_000);
        board.restore(good);
        assertThat(board.save().digest()).isEqualTo(good.digest());
    }
}
