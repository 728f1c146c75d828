package org.linuxemu.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linuxemu.cli.fake.FakeMemory;
import org.linuxemu.cli.machine.LogItem;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;
import org.linuxemu.core.time.VirtualClock;
import org.slf4j.LoggerFactory;

class GuestTraceTest {
    private static final int CODE = 0x100;
    private static final int DATA = 0x200;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger("guest");
    private final Level before = root.getLevel();
    private final byte[] ram = new byte[0x1000];
    private final FakeMemory memory = new FakeMemory(ram);
    private final CpuState state = new CpuState();

    @BeforeEach
    void listen() {
        root.setLevel(Level.TRACE);
        root.addAppender(log);
        log.start();
        ram[CODE] = 0x0F; // SYSCALL
        ram[CODE + 1] = 0x05;
        state.rip = 0;
        state.regs[CpuState.RDX] = 0;
        state.cr3 = 0x1000;
        state.cpl = 3;
        state.efer = Efer.LME | Efer.LMA;
        state.cs().attributes = 0xA0FB; // 64-bit code
    }

    @AfterEach
    void stop() {
        root.detachAppender(log);
        root.setLevel(before);
    }

    private GuestTrace trace(LogItem first, LogItem... more) {
        return GuestTrace.of(EnumSet.of(first, more), new VirtualClock(), null);
    }

    private void put(int address, String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, ram, address, bytes.length);
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (ILoggingEvent event : log.list) {
            lines.add(event.getFormattedMessage());
        }
        return lines;
    }

    private void call(
            GuestTrace trace, long number, long first, long second, long third, long result) {
        state.cpl = 3;
        state.regs[CpuState.RAX] = number;
        state.regs[CpuState.RDI] = first;
        state.regs[CpuState.RSI] = second;
        state.regs[CpuState.RDX] = third;
        assertThat(trace.instruction(state, CODE, memory)).isTrue();
        state.cpl = 0;
        assertThat(trace.instruction(state, 0x300, memory)).isFalse();
        state.cpl = 3;
        state.regs[CpuState.RAX] = result;
        trace.instruction(state, CODE + 2, memory);
    }

    @Test
    void systemCallsReadLikeStrace() {
        GuestTrace trace = trace(LogItem.SYSCALL);
        put(DATA, "hello\n");
        call(trace, 39, 0, 0, 0, 7);
        call(trace, 1, 1, DATA, 6, 6);
        call(trace, 0, 0, DATA, 100, 2);
        call(trace, 257, -100, DATA, 0, -2);
        call(trace, 12, 0, 0, 0, 0x5000);
        call(trace, 9999, 1, 2, 3, -38);
        assertThat(lines())
                .containsExactly(
                        "7 ? getpid() = 7",
                        "7 ? write(1, \"hello\\n\", 6) = 6",
                        "7 ? read(0, \"he\", 100) = 2",
                        "7 ? openat(AT_FDCWD, \"hello\\n\", 00, 010) = -1 ENOENT"
                                .replace("010", "0" + Long.toOctalString(state.regs[10])),
                        "7 ? brk(NULL) = 0x5000",
                        "7 ? syscall_9999(0x1, 0x2, 0x3, 0x0, 0x0, 0x0) = -1 ENOSYS");
    }

    @Test
    void execveIsWrittenWhenItIsMadeAndNamesTheProcess() {
        GuestTrace trace = trace(LogItem.EXECVE, LogItem.SYSCALL);
        put(DATA, "/bin/echo");
        state.regs[CpuState.RAX] = 59;
        state.regs[CpuState.RDI] = DATA;
        trace.instruction(state, CODE, memory);
        state.cpl = 0;
        trace.instruction(state, 0x300, memory);
        state.cr3 = 0x8000;
        call(trace, 186, 0, 0, 0, 12);
        assertThat(lines())
                .containsExactly("? ? execve(\"/bin/echo\", NULL, NULL)", "? echo gettid() = 12");
    }

    @Test
    void faultsInterruptsAndPortsAreTold() {
        GuestTrace trace = trace(LogItem.INT, LogItem.MMU, LogItem.GUEST_ERRORS);
        trace.exception(state, new CpuException().pageFault(0x1234, 6), 0x400, memory);
        trace.interrupt(state, 0x20);
        trace.portAccessed(false, 0x3E, 1, 0xFF, false);
        trace.portAccessed(false, 0x60, 1, 0x1C, true);
        assertThat(lines())
                .containsExactly(
                        "0 exception 14 #PF error 0x6 address 0x1234 at 0x400 cpl 3",
                        "0 page fault: user write to 0x1234, not present, at 0x400, page tables at 0x1000",
                        "0 interrupt 0x20 at 0x0 cpl 3",
                        "0 read of 0xff from port 0x3e, where there is no device");
    }

    @Test
    void nothingIsThereWhenNothingIsAsked() {
        assertThat(GuestTrace.of(EnumSet.of(LogItem.EMULATOR), new VirtualClock(), null)).isNull();
        assertThat(GuestTrace.of(EnumSet.noneOf(LogItem.class), new VirtualClock(), null)).isNull();
    }

    @Test
    void callsOf32BitProgramsHaveTheirOwnNumbersAndRegisters() {
        GuestTrace trace = trace(LogItem.SYSCALL);
        ram[CODE] = (byte) 0xCD;
        ram[CODE + 1] = (byte) 0x80;
        put(DATA, "hello");
        state.regs[CpuState.RAX] = 4;
        state.regs[CpuState.RBX] = 1;
        state.regs[CpuState.RCX] = DATA;
        state.regs[CpuState.RDX] = 5;
        trace.instruction(state, CODE, memory);
        returned(trace, CODE + 2, 0xFFFFFFF7L);
        ram[CODE] = 0x0F; // SYSENTER comes back elsewhere, its sixth argument is on the stack
        ram[CODE + 1] = 0x34;
        ram[DATA + 0x100] = 0x11;
        state.cpl = 3;
        state.regs[CpuState.RAX] = 192;
        state.regs[CpuState.RBP] = DATA + 0x100;
        trace.instruction(state, CODE, memory);
        returned(trace, CODE + 4, 0xF7F00000L);
        assertThat(lines())
                .containsExactly(
                        "? ? write(1, \"hello\", 5) = -1 EBADF",
                        "? ? mmap2(0x1, 512, 0x5, 0x0, 0, 0x11) = 0xf7f00000");
    }

    private void returned(GuestTrace trace, long rip, long result) {
        state.cpl = 0;
        trace.instruction(state, 0x300, memory);
        state.cpl = 3;
        state.regs[CpuState.RAX] = result;
        trace.instruction(state, rip, memory);
    }

    @Test
    void argumentsOf32BitExecveAreFourBytesEach() {
        GuestTrace trace = trace(LogItem.EXECVE);
        ram[CODE] = (byte) 0xCD;
        ram[CODE + 1] = (byte) 0x80;
        put(DATA, "/bin/ls");
        put(DATA + 0x20, "-l");
        ram[DATA + 0x40] = 0x00;
        ram[DATA + 0x41] = 0x02;
        ram[DATA + 0x44] = 0x20;
        ram[DATA + 0x45] = 0x02;
        state.regs[CpuState.RAX] = 11;
        state.regs[CpuState.RBX] = DATA;
        state.regs[CpuState.RCX] = DATA + 0x40;
        state.regs[CpuState.RDX] = 0;
        trace.instruction(state, CODE, memory);
        assertThat(lines()).containsExactly("? ? execve(\"/bin/ls\", [\"/bin/ls\", \"-l\"], NULL)");
    }

    @Test
    void newCodeIsDisassembled() {
        GuestTrace trace = trace(LogItem.IN_ASM);
        assertThat(trace.wantsCode()).isTrue();
        assertThat(trace.wantsProcessor()).isFalse();
        byte[] code = {0x55, 0x48, (byte) 0x89, (byte) 0xE5, (byte) 0xEB, (byte) 0xFE};
        trace.decoded(0xFFFFFFFF81000000L, 8, code, 0, 6);
        trace.decoded(0x7C00, 2, code, 4, 6);
        assertThat(lines())
                .containsExactly(
                        "----------------\nIN:\n"
                                + "0xffffffff81000000:  push   %rbp\n"
                                + "0xffffffff81000001:  mov    %rsp,%rbp\n"
                                + "0xffffffff81000004:  jmp    0xffffffff81000004\n",
                        "----------------\nIN:\n0x00007c00:  jmp    0x7c00\n");
    }
}
