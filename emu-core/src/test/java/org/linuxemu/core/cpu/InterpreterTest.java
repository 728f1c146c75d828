package org.linuxemu.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.debug.WatchKind;
import org.linuxemu.core.debug.Watchpoint;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.time.TimedEvent;

/** What the engine promises apart from what single instructions compute. */
class InterpreterTest {
    @Test
    void sumsALoopAndStopsAtTheHalt() {
        // xor eax,eax; mov ecx,100; 1: add rax,rcx; dec ecx; jnz 1b; hlt
        TestMachine m =
                new TestMachine()
                        .code(TestMachine.CODE, "31C0 B964000000 4801C8 FFC9 75F9 F4")
                        .run(10_000);
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(5050);
        assertThat(m.clock.cycles()).isEqualTo(2 + 300 + 1);
    }

    @Test
    void stopsAtExactCyclesInsideBlocks() {
        // inc rax, 40 times; hlt
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            code.append("48FFC0");
        }
        for (int limit = 1; limit < 40; limit++) {
            TestMachine m = new TestMachine().code(TestMachine.CODE, code + "F4");
            m.cpu.run(null, false, limit);
            assertThat(m.state.regs[CpuState.RAX]).isEqualTo(limit);
            assertThat(m.state.rip).isEqualTo(TestMachine.CODE + 3L * limit);
            assertThat(m.clock.cycles()).isEqualTo(limit);
        }
    }

    @Test
    void runsCodeThatChangesTheNextInstruction() {
        // mov byte [rip+0],0xC1 (turns the following inc eax, FF C0, into inc ecx); inc eax; hlt
        TestMachine m =
                new TestMachine().code(TestMachine.CODE, "C605 01000000 C1 FFC0 F4").run(100);
        assertThat(m.state.regs[CpuState.RAX]).isZero();
        assertThat(m.state.regs[CpuState.RCX]).isEqualTo(1);
    }

    @Test
    void noticesCodeChangedThroughAnotherMapping() {
        TestMachine m = new TestMachine();
        m.put64(
                TestMachine.PAGE_TABLE + 8 * 0x40,
                TestMachine.CODE | 3); // 0x40000 maps the code page too
        // call f; mov byte [0x40101],0xC1; call f; hlt;   f at +0x100: inc eax; ret
        m.code(TestMachine.CODE, "E8FB000000 C60425 01010400 C1 E8EE000000 F4")
                .code(TestMachine.CODE + 0x100, "FFC0 C3");
        m.run(100);
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(1);
        assertThat(m.state.regs[CpuState.RCX]).isEqualTo(1);
    }

    @Test
    void executesAnInstructionThatCrossesAPage() {
        // mov eax,0x12345678 begins two bytes before the page ends
        TestMachine m = new TestMachine().code(TestMachine.CODE + 0xFFE, "B878563412 F4");
        m.state.rip = TestMachine.CODE + 0xFFE;
        m.run(10);
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(0x12345678);
    }

    @Test
    void noticesAChangeInTheSecondPageOfACrossingInstruction() {
        // f: mov eax,0x12345678; ret, crossing; main: call f; mov byte [f+2],1; call f; hlt
        TestMachine m = new TestMachine().code(TestMachine.CODE + 0xFFE, "B878563412 C3");
        m.code(TestMachine.CODE, "E8F90F0000 C60425 00100100 01 E8EC0F0000 F4").run(100);
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(0x12340178);
    }

    @Test
    void aRepeatIsInterruptedAtTheExactIteration() {
        // rep stosb; hlt
        TestMachine m = new TestMachine().code(TestMachine.CODE, "F3AA F4");
        m.state.regs[CpuState.RCX] = 10_000;
        m.state.regs[CpuState.RDI] = TestMachine.DATA;
        m.state.regs[CpuState.RAX] = 0x5A;
        long[] seen = new long[2];
        TimedEvent event =
                new TimedEvent("test") {
                    @Override
                    public void fire(long deadline) {
                        seen[0] = m.state.regs[CpuState.RCX];
                        seen[1] = m.clock.cycles();
                    }
                };
        m.scheduler.register(event);
        m.scheduler.schedule(event, 1234);
        m.run(100_000);
        assertThat(seen).containsExactly(10_000 - 1234, 1234);
        assertThat(m.state.regs[CpuState.RDI]).isEqualTo(TestMachine.DATA + 10_000);
        assertThat(m.memory.read(TestMachine.DATA + 9_999, 1)).isEqualTo(0x5A);
        assertThat(m.memory.read(TestMachine.DATA + 10_000, 1)).isZero();
    }

    @Test
    void overlappingMovesRepeatThePattern() {
        // rep movsb with destination three bytes above the source
        TestMachine m = new TestMachine().code(TestMachine.CODE, "F3A4 F4");
        m.code(TestMachine.DATA, "010203");
        m.state.regs[CpuState.RCX] = 30;
        m.state.regs[CpuState.RSI] = TestMachine.DATA;
        m.state.regs[CpuState.RDI] = TestMachine.DATA + 3;
        m.run(1000);
        for (int i = 0; i < 33; i++) {
            assertThat(m.memory.read(TestMachine.DATA + i, 1)).isEqualTo(i % 3 + 1);
        }
    }

    @Test
    void aStoreWhoseSecondPageFaultsChangesNothing() {
        TestMachine m = new TestMachine();
        m.put64(TestMachine.PAGE_TABLE + 8 * 0x31, 0); // 0x31000 not present
        m.code(TestMachine.CODE, "488903"); // mov [rbx],rax
        m.state.regs[CpuState.RBX] = TestMachine.DATA + 0xFFC;
        m.state.regs[CpuState.RAX] = -1;
        m.run(10);
        assertThat(m.cpu.tripleFaulted()).isTrue(); // no IDT: the fault is all that happens
        assertThat(m.state.cr2).isEqualTo(0x31000);
        assertThat(m.memory.read(TestMachine.DATA + 0xFFC, 4)).isZero();
        assertThat(m.state.rip).isEqualTo(TestMachine.CODE);
    }

    @Test
    void aBreakpointStopsBeforeItsInstructionAndIsSteppedOver() {
        // inc eax; inc ecx; inc edx; hlt
        TestMachine m = new TestMachine().code(TestMachine.CODE, "FFC0 FFC1 FFC2 F4");
        m.cpu.breakpoints().insert(TestMachine.CODE + 2);
        StopReason stop = m.cpu.run(null, false, 100);
        assertThat(stop.kind()).isEqualTo(StopReason.Kind.BREAKPOINT);
        assertThat(stop.address()).isEqualTo(TestMachine.CODE + 2);
        assertThat(m.state.rip).isEqualTo(TestMachine.CODE + 2);
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(1);
        assertThat(m.state.regs[CpuState.RCX]).isZero();
        assertThat(m.cpu.run(null, true, 3)).isNull();
        assertThat(m.state.regs[CpuState.RDX]).isEqualTo(1);
        assertThat(m.clock.cycles()).isEqualTo(3);
    }

    @Test
    void aBreakpointAtAnUnmappedAddressIsHitBeforeThePageFault() {
        TestMachine m = new TestMachine();
        m.put64(TestMachine.PAGE_TABLE + 8 * 0x50, 0);
        m.code(TestMachine.CODE, "FFE0"); // jmp rax
        m.state.regs[CpuState.RAX] = 0x50000;
        m.cpu.breakpoints().insert(0x50000);
        StopReason stop = m.cpu.run(null, false, 100);
        assertThat(stop.kind()).isEqualTo(StopReason.Kind.BREAKPOINT);
        assertThat(m.state.rip).isEqualTo(0x50000);
    }

    @Test
    void aWatchpointStopsAfterTheStoreWithTheNewValueInMemory() {
        // mov [rbx],eax; mov [rbx+8],eax; inc ecx; hlt
        TestMachine m = new TestMachine().code(TestMachine.CODE, "8903 894308 FFC1 F4");
        m.state.regs[CpuState.RBX] = TestMachine.DATA;
        m.state.regs[CpuState.RAX] = 7;
        m.cpu.breakpoints().insert(new Watchpoint(TestMachine.DATA + 8, 4, WatchKind.WRITE));
        StopReason stop = m.cpu.run(null, false, 100);
        assertThat(stop.kind()).isEqualTo(StopReason.Kind.WATCHPOINT);
        assertThat(stop.address()).isEqualTo(TestMachine.DATA + 8);
        assertThat(m.memory.read(TestMachine.DATA + 8, 4)).isEqualTo(7);
        assertThat(m.state.regs[CpuState.RCX]).isZero();
        assertThat(m.state.rip).isEqualTo(TestMachine.CODE + 5);
    }

    @Test
    void aWatchpointInsideARepeatStopsBehindItsIterationAtTheCycleOfAnUndisturbedRun() {
        // rep stosb; hlt
        TestMachine[] both = {new TestMachine(), new TestMachine()};
        for (TestMachine m : both) {
            m.code(TestMachine.CODE, "F3AA F4");
            m.state.regs[CpuState.RDI] = TestMachine.DATA;
            m.state.regs[CpuState.RCX] = 3000;
            m.state.regs[CpuState.RAX] = 0x55;
        }
        both[0].cpu.run(null, false, 2000);
        TestMachine m = both[1];
        m.cpu.breakpoints().insert(new Watchpoint(TestMachine.DATA + 1000, 1, WatchKind.WRITE));
        assertThat(m.cpu.run(null, false, 2000).address()).isEqualTo(TestMachine.DATA + 1000);
        assertThat(m.state.regs[CpuState.RCX]).isEqualTo(1999);
        assertThat(m.memory.read(TestMachine.DATA + 1000, 2)).isEqualTo(0x55);
        assertThat(m.clock.cycles()).isEqualTo(1001);
        assertThat(m.cpu.run(null, false, 2000)).isNull();
        assertThat(m.cpu.stateHash()).isEqualTo(both[0].cpu.stateHash());
    }

    /** Whether a page holds cached code is nothing that the clock may tell. */
    @Test
    void aRepeatThatOverwritesCodeCostsWhatItCostsElsewhere() {
        long[] cycles = new long[2];
        for (int k = 0; k < 2; k++) {
            // mov edi, DATA + 0xF00; call DATA + 0x1000, which returns, or not; rep stosb; hlt
            String call = k == 0 ? "E8 FB0F0200" : "90 90 90 90 90";
            TestMachine m = new TestMachine().code(TestMachine.CODE, call + " BF 000F0300 F3AA F4");
            m.code(TestMachine.DATA + 0x1000, "C3");
            m.state.regs[CpuState.RCX] = 0x200;
            m.run(10_000);
            cycles[k] = m.clock.cycles() - (k == 0 ? 2 : 5);
            assertThat(m.memory.read(TestMachine.DATA + 0x1000, 1)).isZero();
        }
        assertThat(cycles[0]).isEqualTo(cycles[1]);
    }

    /**
     * HotSpot does not compile methods of 8000 bytecodes or more (HugeMethodLimit); an engine with
     * one would run 50 times slower.
     */
    @Test
    void everyMethodIsSmallEnoughToBeCompiled() throws Exception {
        Path classes =
                Path.of(Cpu.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> large = new ArrayList<>();
        int read = 0;
        try (Stream<Path> files = Files.walk(classes.resolve("org/linuxemu/core"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (!file.toString().endsWith(".class")) {
                    continue;
                }
                read++;
                try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
                    int length = ClassFile.largestMethod(in);
                    // An initialiser runs once: that of the mnemonics is long.
                    if (length >= 8000 && !file.endsWith("Mnemonic.class")) {
                        large.add(file.getFileName() + ": " + length);
                    }
                    if (file.endsWith("Interpreter.class")) {
                        assertThat(length).as("the switch of the interpreter").isGreaterThan(1000);
                    }
                }
            }
        }
        assertThat(large).isEmpty();
        assertThat(read).isGreaterThan(100);
    }
}
