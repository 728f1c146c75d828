package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.core.debug.MachineRunner;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.debug.RegisterAccess;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.devices.board.MachineState;
import org.linuxemu.devices.board.PcBoard;

/**
 * A booted kernel is given garbage to execute: random bytes, its own code with flipped bits, broken
 * tables. Whatever it does, the emulator throws nothing, comes to an end and grows no further, and
 * a debugger still gets in. Every so many programs run on a translating machine, too, which must
 * come to the same state.
 */
class GuestFuzzIT {
    /** {@code -Dfuzz.programs=N} changes it; {@code -Dfuzz.first=N} begins at another. */
    private static final int PROGRAMS = Integer.getInteger("fuzz.programs", 10_000);

    private static final int FIRST = Integer.getInteger("fuzz.first", 0);

    /** One in so many programs runs translated, too. */
    private static final int TRANSLATED = Integer.getInteger("fuzz.translated", 200);

    /** A program that waits is over before. */
    private static final long INSTRUCTIONS = 10_000;

    /** A port costs a thousand cycles, so this is enough for a program of nothing else. */
    private static final long MOST_CYCLES = 1_100 * INSTRUCTIONS;

    private static final long BOOTED = 700_000_000;
    private static final long BOOTING = 250_000_000;
    private static final int PAGE = 4096;

    /** Heap and classes may grow by so much between the first tenth and the end. */
    private static final long ALLOWED_BYTES = 96L << 20;

    private static final String INPUT = "uname -a\nls -l /bin | md5sum\nsleep 1\n";

    /** A machine that programs are given to. */
    private static final class Guest {
        final TestGuest machine;
        final PcBoard board;
        long instructions;

        Guest(boolean load) throws Exception {
            machine =
                    new TestGuest(
                            Images.slim().toString(), Images.busybox().toString(), 64, INPUT, load);
            board = machine.board;
        }

        /** Goes on from a state with program {@code n}. */
        void run(MachineState from, int n) throws Exception {
            board.restore(from);
            SplittableRandom random = new SplittableRandom(0x5EED + 31L * n);
            prepare(random);
            int ends = machine.ends;
            long first = board.cpu().instructions();
            long start = board.clock().cycles();
            long done = 0;
            while (done < INSTRUCTIONS
                    && machine.ends == ends
                    && board.clock().cycles() < start + MOST_CYCLES) {
                board.runUntil(board.clock().cycles() + INSTRUCTIONS - done);
                done = board.cpu().instructions() - first;
            }
            instructions += done;
        }

        long hash() {
            return machine.hash();
        }

        private void prepare(SplittableRandom random) {
            CpuState s = board.cpu().state();
            MemoryAccess memory = board.memory(0);
            s.halted = false;
            switch (random.nextInt(8)) {
                case 0:
                case 1:
                case 2: // random bytes where the kernel is, with its registers or with others
                    put(memory, s.rip, random.nextInt(16, 2 * PAGE), random);
                    break;
                case 3: // random bytes of user programs, or of any place
                    s.rip = random.nextBoolean() ? s.rip : random.nextLong(1L << 25) << 12;
                    put(memory, s.rip, PAGE, random);
                    s.cpl = random.nextBoolean() ? 3 : 0;
                    break;
                case 4:
                case 5: // the kernel's own code, damaged, near and far
                    flip(memory, s.rip & -PAGE, 1 + random.nextInt(64), PAGE, random);
                    flip(memory, (s.rip & -0x100000) + 0x10, 500, 0x100000, random);
                    break;
                case 6: // tables of the processor and of pages
                    flipPhysical(memory, s.cr3 & -PAGE, 1 + random.nextInt(32), PAGE, random);
                    flip(memory, s.gdtrBase, 1 + random.nextInt(8), 128, random);
                    flip(memory, s.idtrBase, 1 + random.nextInt(64), PAGE, random);
                    flip(memory, s.tr.base, 1 + random.nextInt(8), 104, random);
                    put(memory, s.rip, 64, random);
                    break;
                default: // anything in a part of RAM
                    flipPhysical(memory, random.nextInt(64) << 20, 4000, 1 << 20, random);
                    break;
            }
            if (random.nextInt(3) != 0) {
                for (int i = 0; i < 16; i++) {
                    if (random.nextBoolean() && (i != CpuState.RSP || random.nextInt(8) == 0)) {
                        s.regs[i] = value(s, random);
                    }
                }
            }
            if (random.nextInt(8) == 0) {
                s.setRflags(random.nextInt() & 0x3F7FD7 | 2);
            }
            board.cpu().mmu().updateContext();
            board.cpu().mmu().flushAll();
        }

        private static long value(CpuState s, SplittableRandom random) {
            switch (random.nextInt(6)) {
                case 0:
                    return random.nextLong();
                case 1:
                    return s.rip + random.nextInt(-PAGE, PAGE);
                case 2:
                    return s.regs[CpuState.RSP] + random.nextInt(-PAGE, PAGE);
                case 3:
                    return 1L << random.nextInt(64);
                case 4:
                    return s.regs[random.nextInt(16)];
                default:
                    return random.nextInt(0x400);
            }
        }

        private static void put(MemoryAccess memory, long at, int n, SplittableRandom random) {
            byte[] bytes = new byte[n];
            random.nextBytes(bytes);
            memory.write(at, bytes, 0, n);
        }

        private static void flip(
                MemoryAccess memory, long from, int times, int size, SplittableRandom random) {
            byte[] one = new byte[1];
            for (int i = 0; i < times; i++) {
                long at = from + random.nextInt(size);
                if (memory.read(at, one, 0, 1) == 1) {
                    one[0] ^= (byte) (1 << random.nextInt(8));
                    memory.write(at, one, 0, 1);
                }
            }
        }

        private static void flipPhysical(
                MemoryAccess memory, long from, int times, int size, SplittableRandom random) {
            byte[] one = new byte[1];
            for (int i = 0; i < times; i++) {
                long at = from + random.nextInt(size);
                if (memory.readPhysical(at, one, 0, 1) == 1) {
                    one[0] ^= (byte) (1 << random.nextInt(8));
                    memory.writePhysical(at, one, 0, 1);
                }
            }
        }
    }

    /** In the kernel, at or behind a cycle. */
    private static MachineState stateAt(Guest guest, long cycle) {
        guest.board.runUntil(cycle);
        while (guest.board.cpu().state().cpl != 0) {
            guest.board.runUntil(guest.board.clock().cycles() + 1);
        }
        return guest.board.save();
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS) // a program that never ends
    void garbageHurtsNobody() throws Exception {
        Guest boot = new Guest(true);
        boot.board.cpu().translateHotCode();
        MachineState[] states = {stateAt(boot, BOOTING), stateAt(boot, BOOTED)};
        assertThat(boot.machine.ends).isZero();
        Guest interpreted = new Guest(false);
        Guest translated = new Guest(false);
        translated.board.cpu().translateEagerly();
        long early = 0;
        for (int n = FIRST; n < FIRST + PROGRAMS; n++) {
            MachineState from = states[n & 1];
            try {
                interpreted.run(from, n);
                if (n % TRANSLATED == 0) {
                    translated.run(from, n);
                    assertThat(translated.hash()).as("translated").isEqualTo(interpreted.hash());
                }
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("program " + n, e);
            } catch (AssertionError e) {
                throw new AssertionError("program " + n + ": " + e.getMessage(), e);
            }
            if (n == FIRST + PROGRAMS / 10) {
                early = used();
            }
        }
        System.out.println(
                "fuzz: "
                        + PROGRAMS
                        + " programs, "
                        + interpreted.instructions
                        + " instructions, "
                        + interpreted.machine.ends
                        + " ended the machine");
        assertThat(interpreted.instructions).isGreaterThan(INSTRUCTIONS * PROGRAMS / 2);
        assertThat(used()).isLessThan(early + ALLOWED_BYTES);
        assertThat(interpreted.machine.ends)
                .as("programs that ended the machine")
                .isLessThan(PROGRAMS / 2);
        debuggerGetsIn(interpreted);
    }

    /** The machine of the last program runs on, is stopped from outside, looked at and stepped. */
    private static void debuggerGetsIn(Guest guest) throws Exception {
        MachineRunner runner = new MachineRunner(guest.board, false);
        Thread machine = new Thread(runner::run, "machine");
        machine.start();
        long[] rip = new long[1];
        runner.call(
                () -> {
                    runner.stop();
                    RegisterAccess registers = runner.registers(0);
                    rip[0] = guest.board.cpu().state().rip;
                    byte[] bytes = new byte[16];
                    runner.memory(0).read(rip[0], bytes, 0, bytes.length);
                    assertThat(registers).isNotNull();
                    return null;
                });
        assertThat(runner.call(runner::running)).isFalse();
        DebugTarget target = runner;
        runner.call(
                () -> {
                    target.quit(7);
                    return null;
                });
        machine.join();
    }
}
