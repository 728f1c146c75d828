package org.linuxemu.cli.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linuxemu.cli.console.NullBackend;
import org.linuxemu.cli.fake.FakeMachine;
import org.linuxemu.cli.machine.EndDecision;
import org.linuxemu.cli.machine.MachineConfig;
import org.linuxemu.core.state.CpuState;

class MonitorTest {
    private final FakeMachine machine =
            new FakeMachine(MachineConfig.builder().build(), (end, state) -> EndDecision.RESET);
    private final Monitor monitor = new Monitor(machine, this::quit);
    private final Thread thread = new Thread(machine::run);
    private boolean quit;

    @BeforeEach
    void start() {
        for (int i = 0; i < 4; i++) {
            machine.serial(i).connect(new NullBackend(), new NullBackend());
        }
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        machine.target().post(() -> machine.target().quit(0));
        thread.join();
    }

    private void quit() {
        quit = true;
    }

    private String run(String command) {
        StringBuilder answer = new StringBuilder();
        monitor.execute(command, answer::append);
        return answer.toString();
    }

    @Test
    void stopsAndContinues() {
        assertThat(run("info status")).isEqualTo("the guest runs\n");
        assertThat(run("stop")).isEmpty();
        assertThat(run("info status")).isEqualTo("the guest is stopped\n");
        assertThat(run("system_reset")).isEmpty();
        assertThat(run("info status")).isEqualTo("the guest is stopped\n");
        assertThat(run("cont")).isEmpty();
        assertThat(run("info status")).isEqualTo("the guest runs\n");
        assertThat(run("system_reset")).isEmpty();
        assertThat(run("info status")).isEqualTo("the guest runs\n");
    }

    @Test
    void quits() {
        assertThat(run("q")).isEmpty();
        assertThat(quit).isTrue();
    }

    @Test
    void helpsWithItsOwnAndTheMachinesCommands() {
        assertThat(run("help"))
                .contains(
                        "  info registers ",
                        "  x/FMT ADDRESS ",
                        "  info pic  interrupt controllers\n");
        assertThat(run("help stop")).hasLineCount(1).contains("stop the guest");
        assertThat(run("info")).contains("info tlb").doesNotContain("system_reset");
        assertThat(run("help nonsense")).contains("there is no command 'nonsense'");
    }

    @Test
    void asksTheMachineForWhatItDoesNotKnow() {
        assertThat(run("info pic")).isEqualTo("pic0: irr=00 imr=ff isr=00\n");
        assertThat(run("info nonsense"))
                .isEqualTo("unknown command: 'info nonsense'; help lists all\n");
        assertThat(run("sudo")).isEqualTo("unknown command: 'sudo'; help lists all\n");
        assertThat(run("")).isEmpty();
    }

    @Test
    void registers() {
        machine.state.regs[CpuState.RAX] = 0x1122334455667788L;
        machine.state.efer = 0x500;
        machine.state.rip = 0xffffffff81000000L;
        assertThat(run("info registers"))
                .contains(
                        "RAX=1122334455667788 RBX=",
                        "RIP=ffffffff81000000 RFL=00000002 [-------] CPL=0",
                        "XMM15=");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x 0x100|0000000000000100: 0x44332211",
                "x/4xb 0x100|0000000000000100: 0x11 0x22 0x33 0x44",
                "x /2xh 0x100|0000000000000100: 0x2211 0x4433",
                "x/1xg 0x100|0000000000000100: 0x8877665544332211",
                "xp/1xw 256|0000000000000100: 0x44332211",
                "x/2dw 0x104|0000000000000104:  -2005440939           -1",
                "x/1uw 0x108|0000000000000108:  4294967295",
                "x/1ob 0x100|0000000000000100:  021",
                "x/3c 0x200|0000000000000200:    'H'    'i'   '\\n'",
                "x/s 0x200|0000000000000200: \"Hi\\n\"",
                "x/1xb $rsp+8*(2-1)|0000000000000108: 0xff",
                "x 0x20000|cannot read memory at 0x20000",
                "x/2xw 0xfffc|000000000000fffc: 0x00000000!cannot read memory at 0x10000",
                "x|an address is missing",
                "x/4q 0|unknown format 'q'; there are x d u o c s i and sizes b h w g",
                "x/0x 0|the count must be 1 to 65536",
                "x/99999999999x 0|the count must be 1 to 65536",
                "x/i 0x100|0000000000000100: adc    %sp,(%bp,%si)",
                "xp/2i 0x200|0000000000000200: dec    %ax!0000000000000201: imul   $0x0,(%bp,%si),%cx",
                "x/i 0x20000|cannot read memory at 0x20000",
                "p 1+2*3-4/2|0x5 (5)",
                "print -1|0xffffffffffffffff (-1)",
                "p ~0&0xff|0xff (255)",
                "p 1/0|division by zero",
                "p (1|')' is missing",
                "p 1 2|not understood: '2'",
                "p $nix|there is no register '$nix'",
                "p $cr0|0x60000010 (1610612752)",
                "p $pc|0xfff0 (65520)",
                "p foo|'foo' is not a number (0x for hexadecimal)",
                "gva2gpa 0x1234|gpa: 0x1234",
                "gva2gpa 0x123456|not mapped",
                "info mem|paging is off",
            })
    void looksAtMemory(String command, String answer) {
        ByteBuffer memory = ByteBuffer.wrap(machine.memory).order(ByteOrder.LITTLE_ENDIAN);
        memory.putLong(0x100, 0x8877665544332211L).putLong(0x108, -1);
        memory.position(0x200).put("Hi\n\0".getBytes(StandardCharsets.US_ASCII));
        machine.state.regs[CpuState.RSP] = 0x100;
        assertThat(run(command)).isEqualTo(answer.replace("!", "\n") + "\n");
    }

    @Test
    void deepExpressionsAreRefused() {
        assertThat(run("p " + "(".repeat(100_000))).contains("too many parentheses");
    }

    /** Tables at 1000h, 2000h, ...: one 4K page, one 2M page, one 1G page in the upper half. */
    private void longModeTables() {
        ByteBuffer memory = ByteBuffer.wrap(machine.memory).order(ByteOrder.LITTLE_ENDIAN);
        memory.putLong(0x1000, 0x2007); // PML4[0]
        memory.putLong(0x1000 + 8 * 511, 0x6003); // PML4[511]
        memory.putLong(0x2000, 0x3007); // PDPT[0]
        memory.putLong(0x3000, 0x4007); // PD[0]
        memory.putLong(0x3008, 0x8000_0000_0060_00E3L); // PD[1]: 2M, NX
        memory.putLong(0x4000, 0x5067); // PT[0]
        memory.putLong(0x4008, 0x6067); // PT[1]
        memory.putLong(0x6000 + 8 * 510, 0x4000_0000L | 0x1E3); // PDPT[510]: 1G, global
        machine.state.cr0 |= 1L << 31;
        machine.state.cr3 = 0x1000;
        machine.state.cr4 = 0x20;
        machine.state.efer = 0x500;
    }

    @Test
    void listsMappedPages() {
        longModeTables();
        assertThat(run("info tlb"))
                .isEqualTo(
                        "0000000000000000: 0000000000005000 4K ---DA--UW\n"
                                + "0000000000001000: 0000000000006000 4K ---DA--UW\n"
                                + "0000000000200000: 0000000000600000 2M X-PDA---W\n"
                                + "ffffffff80000000: 0000000040000000 1G -GPDA---W\n");
    }

    @Test
    void listsMappedRanges() {
        longModeTables();
        assertThat(run("info mem"))
                .isEqualTo(
                        "0000000000000000-0000000000002000 0000000000002000 urwx\n"
                                + "0000000000200000-0000000000400000 0000000000200000 -rw-\n"
                                + "ffffffff80000000-ffffffffc0000000 0000000040000000 -rwx\n");
    }

    @Test
    void pageTables32Bit() {
        ByteBuffer memory = ByteBuffer.wrap(machine.memory).order(ByteOrder.LITTLE_ENDIAN);
        memory.putInt(0x1000, 0x2007);
        memory.putInt(0x1000 + 4 * 768, 0x83); // 4M at C0000000
        memory.putInt(0x2000 + 4 * 3, 0x5005);
        machine.state.cr0 |= 1L << 31;
        machine.state.cr3 = 0x1000;
        machine.state.cr4 = 0x10;
        assertThat(run("info tlb"))
                .isEqualTo(
                        "00003000: 0000000000005000 4K -------U-\nc0000000: 0000000000000000 4M --P-----W\n");
    }

    @Test
    void tablesThatContainThemselvesEnd() {
        ByteBuffer memory = ByteBuffer.wrap(machine.memory).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 512; i++) {
            memory.putLong(0x1000 + 8 * i, 0x1007);
        }
        machine.state.cr0 |= 1L << 31;
        machine.state.cr3 = 0x1000;
        machine.state.cr4 = 0x20;
        machine.state.efer = 0x500;
        assertThat(run("info mem")).contains("given up after 65536 page tables");
    }

    @Test
    void completes() {
        assertThat(Monitor.complete("sys")).isEqualTo("system_reset");
        assertThat(Monitor.complete("info")).isEqualTo("info ");
        assertThat(Monitor.complete("info r")).isEqualTo("info registers");
        assertThat(Monitor.complete("zzz")).isNull();
        assertThat(Monitor.complete("stop")).isNull();
    }

    @Test
    void anEndedMachineIsNoError() throws InterruptedException {
        stop();
        assertThat(run("info registers")).isEqualTo("the machine has ended\n");
    }
}
