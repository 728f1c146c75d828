package org.linuxemu.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * The guest's own breakpoints (SDM Vol. 3, 17.2) as its #DB handler sees them, in every engine. The
 * handler notes DR6 and the saved RIP, clears DR6, sets the resume flag and returns.
 */
class DebugRegistersTest {
    private enum Engine {
        INTERPRETED,
        TRANSLATED,
        TRACED
    }

    private static final long HANDLER = 0x12000;
    private static final long PAGE_FAULT_HANDLER = 0x13000;
    private static final long NEXT_NOTE = 0x31000;
    private static final long NOTES = 0x32000;
    private static final long ABSENT = 0x50000;

    /** G0; type and length of DR0 go to bits 19:16. */
    private static final long DR7_G0 = 0x402;

    private static final long EXECUTE = 0;
    private static final long WRITE_4 = 0xD0000;
    private static final long ACCESS_4 = 0xF0000;
    private static final long DR6_NONE = 0xFFFF0FF0L;

    private static final long BS = 0x4000;

    /** mov ecx,20; mov ebx,DATA. */
    private static final String START = "B914000000 BB00000300";

    /** 1: mov [rbx],ecx; inc eax; add edx,[rbx]; dec ecx; jnz 1b; hlt. */
    private static final String LOOP = START + "890B FFC0 0313 FFC9 75F6 F4";

    private static final long INC = TestMachine.CODE + 12;
    private static final long ADD = TestMachine.CODE + 14;
    private static final long DEC = TestMachine.CODE + 16;

    private static TestMachine machine(Engine engine, String code, long dr0, long type) {
        TestMachine m = new TestMachine().code(TestMachine.CODE, code);
        m.put64(0x5008, 0x00AF9B000000FFFFL);
        m.put64(0x5010, 0x00CF93000000FFFFL);
        m.state.gdtrBase = 0x5000;
        m.state.gdtrLimit = 0x17;
        m.state.idtrBase = 0x6000;
        m.state.idtrLimit = 0xFFF;
        gate(m, CpuException.DB, HANDLER);
        gate(m, CpuException.PF, PAGE_FAULT_HANDLER);
        // push rax; push rbx; mov rbx,[NEXT_NOTE]; mov rax,dr6; mov [rbx],rax; mov rax,[rsp+16];
        // mov [rbx+8],rax; add rbx,16; mov [NEXT_NOTE],rbx; mov eax,0xFFFF0FF0; mov dr6,rax;
        // bts dword [rsp+32],16; pop rbx; pop rax; iretq
        m.code(
                HANDLER,
                "50 53 488B1C2500100300 0F21F0 488903 488B442410 48894308 4883C310"
                        + "48891C2500100300 B8F00FFFFF 0F23F0 0FBA6C242010 5B 58 48CF");
        // add rsp,8; add qword [rsp],2 (past the instruction of two bytes); iretq
        m.code(PAGE_FAULT_HANDLER, "4883C408 4883042402 48CF");
        m.put64(NEXT_NOTE, NOTES);
        m.put64(TestMachine.PAGE_TABLE + 8 * (ABSENT >>> 12), 0);
        m.state.dr[0] = dr0;
        m.state.dr[6] = DR6_NONE;
        m.state.dr[7] = DR7_G0 | type;
        if (engine == Engine.TRANSLATED) {
            m.cpu.translate(0, false, 1000);
        } else if (engine == Engine.TRACED) {
            m.cpu.setTrace(new EveryInstruction());
        }
        return m;
    }

    private static void gate(TestMachine m, int vector, long handler) {
        long low = handler & 0xFFFF | 8L << 16 | 0x8E0000000000L | handler >>> 16 << 48;
        m.put64(0x6000 + 16L * vector, low);
    }

    /** What the handler noted, DR6 and RIP by turns, after the program's end. */
    private static List<Long> notes(TestMachine m) {
        m.run(100_000);
        assertThat(m.cpu.tripleFaulted()).isFalse();
        List<Long> notes = new ArrayList<>();
        for (long at = NOTES; at < m.get64(NEXT_NOTE); at += 8) {
            notes.add(m.get64(at));
        }
        return notes;
    }

    private static List<Long> repeated(int times, long... note) {
        List<Long> all = new ArrayList<>();
        for (int k = 0; k < times; k++) {
            for (long value : note) {
                all.add(value);
            }
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void anInstructionBreakpointFaultsOnceAtEachArrival(Engine engine) {
        TestMachine m = machine(engine, LOOP, INC, EXECUTE);
        assertThat(notes(m)).isEqualTo(repeated(20, DR6_NONE | 1, INC));
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(20);
    }

    @ParameterizedTest
    @EnumSource
    void aWriteBreakpointTrapsBehindTheStore(Engine engine) {
        TestMachine m = machine(engine, LOOP, TestMachine.DATA, WRITE_4);
        assertThat(notes(m)).isEqualTo(repeated(20, DR6_NONE | 1, INC));
        assertThat(m.state.regs[CpuState.RDX]).isEqualTo(210);
    }

    @ParameterizedTest
    @EnumSource
    void anAccessBreakpointTrapsBehindLoadAndStore(Engine engine) {
        TestMachine m = machine(engine, LOOP, TestMachine.DATA, ACCESS_4);
        assertThat(notes(m)).isEqualTo(repeated(20, DR6_NONE | 1, INC, DR6_NONE | 1, DEC));
    }

    @ParameterizedTest
    @EnumSource
    void aNeighbourInTheSamePageDoesNotTrap(Engine engine) {
        TestMachine m = machine(engine, LOOP, TestMachine.DATA + 4, ACCESS_4);
        assertThat(notes(m)).isEmpty();
        assertThat(m.state.regs[CpuState.RDX]).isEqualTo(210);
    }

    @ParameterizedTest
    @EnumSource
    void aBreakpointTakesEffectWithTheWriteOfDr7(Engine engine) {
        // mov eax,ADD; mov dr0,rax; mov eax,0x402; mov dr7,rax
        String arm = "B81E000100" + "0F23C0" + "B802040000" + "0F23F8";
        TestMachine m = machine(engine, arm + LOOP, 0, EXECUTE);
        m.state.dr[7] = 0x400;
        long add = ADD + 16;
        assertThat(add).isEqualTo(0x1001E);
        assertThat(notes(m)).isEqualTo(repeated(20, DR6_NONE | 1, add));
    }

    @ParameterizedTest
    @EnumSource
    void aFaultingInstructionReportsNoDataBreakpoint(Engine engine) {
        // mov ebx,ABSENT; mov ecx,[rbx] faults and is skipped; inc eax; inc eax; hlt
        TestMachine m = machine(engine, "BB00000500 8B0B FFC0 FFC0 F4", ABSENT, ACCESS_4);
        assertThat(notes(m)).isEmpty();
        assertThat(m.state.cr2).isEqualTo(ABSENT);
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void aStepOverTheStoreReportsBoth(Engine engine) {
        TestMachine m = machine(engine, LOOP, TestMachine.DATA, WRITE_4);
        m.state.systemFlags |= Rflags.TF;
        m.run(100);
        assertThat(m.get64(NOTES)).isEqualTo(DR6_NONE | BS);
        assertThat(m.get64(NOTES + 8)).isEqualTo(TestMachine.CODE + 5);
        assertThat(m.get64(NOTES + 32)).isEqualTo(DR6_NONE | BS | 1);
        assertThat(m.get64(NOTES + 40)).isEqualTo(INC);
        assertThat(m.get64(NOTES + 48)).isEqualTo(DR6_NONE | BS);
        assertThat(m.get64(NOTES + 56)).isEqualTo(ADD);
    }

    /** Wants to be told of every instruction, as {@code -d exec} does. */
    private static final class EveryInstruction implements CpuTrace {
        @Override
        public boolean instruction(CpuState state, long rip, MemoryAccess memory) {
            return true;
        }

        @Override
        public void interrupt(CpuState state, int vector) {}

        @Override
        public void exception(CpuState s, CpuException e, long rip, MemoryAccess memory) {}
    }
}
