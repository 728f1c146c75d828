package org.linuxemu.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.block.BasicBlock;
import org.linuxemu.core.block.Translation;
import org.linuxemu.core.cpu.TestMachine;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.debug.WatchKind;
import org.linuxemu.core.debug.Watchpoint;
import org.linuxemu.core.state.CpuState;

/** Breakpoints and watchpoints stop translated code where they stop interpreted code. */
class DebuggedTranslationTest {
    /** mov ecx, 1000; mov ebx, DATA. */
    private static final String START = "B9 E8030000 BB 00000300";

    /**
     * add [rbx], rax; add rax, rcx; mov [rbx+8], dx; jp +2; inc edx; mov rsi, [rbx+16]; dec ecx;
     * jnz; hlt.
     */
    private static final String LOOP =
            START + "480103 4801C8 66895308 7A02 FFC2 488B7310 FFC9 75EA F4";

    /** Where the loop's instructions begin. */
    private static final int[] OFFSETS = {10, 13, 16, 20, 22, 24, 28, 30};

    private static final long PAGE_ALIAS = 0x150000;

    private static TestMachine machine(String code, boolean translated) {
        TestMachine m = new TestMachine().code(TestMachine.CODE, code);
        if (translated) {
            m.cpu.translate(1, false, 1000);
        }
        return m;
    }

    private static void assertSame(TestMachine a, TestMachine b) {
        assertThat(b.clock.cycles()).isEqualTo(a.clock.cycles());
        assertThat(b.state.rip).isEqualTo(a.state.rip);
        assertThat(b.state.rflags()).isEqualTo(a.state.rflags());
        assertThat(b.state.regs).startsWith(java.util.Arrays.copyOf(a.state.regs, 16));
        assertThat(b.cpu.stateHash()).isEqualTo(a.cpu.stateHash());
    }

    private static void runTo(TestMachine m, long cycle) {
        while (m.clock.cycles() < cycle) {
            assertThat(m.cpu.run(null, false, cycle)).isNull();
        }
    }

    /** The regions of the loop, marked so that one can see whether they run. */
    private static List<Translation> marked(TestMachine m) {
        List<Translation> regions = new ArrayList<>();
        for (int offset = 0; offset < 40; offset++) {
            BasicBlock b = m.cpu.blocks().known(m.ram.frameIndex(TestMachine.CODE >>> 12), offset);
            if (b != null && b.translation != null) {
                b.translation.left = Integer.MIN_VALUE;
                regions.add(b.translation);
            }
        }
        assertThat(regions).isNotEmpty();
        return regions;
    }

    private static boolean anyHasRun(List<Translation> regions) {
        for (Translation t : regions) {
            if (t.left != Integer.MIN_VALUE) {
                return true;
            }
        }
        return false;
    }

    private static boolean runsTranslated(TestMachine m, long cycles) {
        List<Translation> regions = marked(m);
        runTo(m, m.clock.cycles() + cycles);
        return anyHasRun(regions);
    }

    @Test
    void aBreakpointAnywhereInARunningRegionStopsThereAtTheSameCycle() {
        for (int offset : OFFSETS) {
            TestMachine[] both = {machine(LOOP, false), machine(LOOP, true)};
            for (TestMachine m : both) {
                runTo(m, 500);
                m.cpu.breakpoints().insert(TestMachine.CODE + offset);
            }
            for (int hit = 0; hit < 5; hit++) {
                for (TestMachine m : both) {
                    StopReason stop = m.cpu.run(null, hit != 0, 100_000);
                    assertThat(stop.kind()).isEqualTo(StopReason.Kind.BREAKPOINT);
                    assertThat(m.state.rip).isEqualTo(TestMachine.CODE + offset);
                }
                assertSame(both[0], both[1]);
            }
            for (TestMachine m : both) {
                m.cpu.breakpoints().clear();
            }
            assertThat(runsTranslated(both[1], 300)).isTrue();
            runTo(both[0], both[1].clock.cycles());
            assertSame(both[0], both[1]);
        }
    }

    @Test
    void aBreakpointElsewhereInThePageLeavesTheRegionTranslated() {
        TestMachine m = machine(LOOP, true);
        runTo(m, 500);
        m.cpu.breakpoints().insert(TestMachine.CODE + 8);
        m.cpu.breakpoints().insert(TestMachine.CODE + 11); // inside an instruction
        m.cpu.breakpoints().insert(TestMachine.CODE + 0x800);
        assertThat(runsTranslated(m, 500)).isTrue();
        m.cpu.breakpoints().insert(TestMachine.CODE + 13);
        List<Translation> regions = marked(m);
        for (int i = 0; i < 10; i++) {
            assertThat(m.cpu.run(null, true, 100_000)).isNotNull();
        }
        assertThat(anyHasRun(regions)).isFalse();
    }

    /** The same code at two addresses, with a breakpoint at one of them. */
    @Test
    void aBreakpointCountsAtItsOwnAddressOnly() {
        // loop: add rax, rcx; inc edx; dec ecx; jz +2; jmp rbx; hlt, where rbx alternates
        String code = "4801C8 FFC2 4887DE FFC9 7402 FFE6 F4";
        TestMachine[] both = {machine(code, false), machine(code, true)};
        for (TestMachine m : both) {
            m.put64(TestMachine.PAGE_TABLE + 8 * (PAGE_ALIAS >>> 12), TestMachine.CODE | 3);
            m.state.regs[CpuState.RCX] = 1000;
            m.state.regs[CpuState.RBX] = PAGE_ALIAS;
            m.state.regs[CpuState.RSI] = TestMachine.CODE;
            runTo(m, 101);
            m.cpu.breakpoints().insert(PAGE_ALIAS + 3);
        }
        for (int hit = 0; hit < 20; hit++) {
            for (TestMachine m : both) {
                assertThat(m.cpu.run(null, hit != 0, 100_000).kind())
                        .isEqualTo(StopReason.Kind.BREAKPOINT);
                assertThat(m.state.rip).isEqualTo(PAGE_ALIAS + 3);
            }
            assertSame(both[0], both[1]);
        }
        assertThat(both[0].state.regs[CpuState.RDX]).isBetween(40L, 80L);
        // At the other address it has been running as translated code all the time.
        List<Translation> regions = marked(both[1]);
        assertThat(both[1].cpu.run(null, true, 100_000)).isNotNull();
        assertThat(anyHasRun(regions)).isTrue();
    }

    @Test
    void aWatchpointStopsBehindTheStoreAtTheSameCycle() {
        for (WatchKind kind : WatchKind.values()) {
            TestMachine[] both = {machine(LOOP, false), machine(LOOP, true)};
            for (TestMachine m : both) {
                runTo(m, 500);
                m.cpu.breakpoints().insert(new Watchpoint(TestMachine.DATA + 2, 1, kind));
            }
            for (int hit = 0; hit < 20; hit++) {
                for (TestMachine m : both) {
                    StopReason stop = m.cpu.run(null, false, 100_000);
                    assertThat(stop.kind()).isEqualTo(StopReason.Kind.WATCHPOINT);
                    assertThat(stop.address()).isEqualTo(TestMachine.DATA + 2);
                    assertThat(m.state.rip).isEqualTo(TestMachine.CODE + 13);
                }
                assertSame(both[0], both[1]);
            }
            both[0].cpu.breakpoints().clear();
            both[1].cpu.breakpoints().clear();
            assertThat(runsTranslated(both[1], 300)).isTrue();
            runTo(both[0], both[1].clock.cycles());
            assertSame(both[0], both[1]);
        }
    }

    /**
     * Accesses beside the watched bytes take the slow path in the MMU, but do not leave the code.
     */
    @Test
    void aWatchpointBesideTheHotBytesLeavesTheRegionTranslated() {
        TestMachine quiet = machine(LOOP, false);
        TestMachine m = machine(LOOP, true);
        runTo(m, 500);
        m.cpu.breakpoints().insert(new Watchpoint(TestMachine.DATA + 24, 8, WatchKind.ACCESS));
        m.cpu.breakpoints().insert(new Watchpoint(TestMachine.DATA, 8, WatchKind.ACCESS));
        m.cpu.breakpoints().remove(new Watchpoint(TestMachine.DATA, 8, WatchKind.ACCESS));
        assertThat(runsTranslated(m, 500)).isTrue();
        runTo(m, 3000);
        runTo(quiet, 3000);
        assertSame(quiet, m);
    }

    @Test
    void whatADebuggerWritesIntoTranslatedCodeIsExecuted() {
        TestMachine[] both = {machine(LOOP, false), machine(LOOP, true)};
        for (TestMachine m : both) {
            runTo(m, 500);
            byte[] code = {(byte) 0xFF, (byte) 0xC7}; // inc edi instead of inc edx
            assertThat(m.cpu.debugMemory().write(TestMachine.CODE + 22, code, 0, 2)).isEqualTo(2);
            long before = m.state.regs[CpuState.RDX];
            runTo(m, 2000);
            assertThat(m.state.regs[CpuState.RDI]).isGreaterThan(20);
            assertThat(m.state.regs[CpuState.RDX]).isEqualTo(before);
        }
        assertSame(both[0], both[1]);
    }

    /**
     * A watchpoint makes no page be walked again: the guest has cleared an accessed bit without
     * invalidating the page, and it stays clear.
     */
    @Test
    void watchpointsDoNotSetAccessedBits() {
        // loop: mov eax, [rbx]; mov [rbx+8], eax; jmp loop
        TestMachine m = machine("8B03 894308 EBF9", false);
        m.state.regs[CpuState.RBX] = TestMachine.DATA;
        runTo(m, 30);
        long entry = TestMachine.PAGE_TABLE + 8 * (TestMachine.DATA >>> 12);
        assertThat(m.get64(entry)).isEqualTo(TestMachine.DATA | 0x63);
        m.put64(entry, TestMachine.DATA | 3);
        Watchpoint w = new Watchpoint(TestMachine.DATA + 16, 8, WatchKind.ACCESS);
        m.cpu.breakpoints().insert(w);
        runTo(m, 60);
        m.cpu.breakpoints().remove(w);
        runTo(m, 90);
        assertThat(m.get64(entry)).isEqualTo(TestMachine.DATA | 3);
    }
}
