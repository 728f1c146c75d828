package org.linuxemu.devices.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linuxemu.core.debug.MachineMailbox;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.state.CpuState;

/**
 * Interrupts, power and reset of the whole board, with small real-mode guests. Their ES reaches the
 * local APIC, as no real-mode segment could.
 */
class PcBoardWiringTest {
    private static final int CODE = 0x7C00;
    private static final int HANDLER = 0x7E00;
    private static final int COUNTER = 0x500;
    private static final int PIC_VECTOR = 0x20;
    private static final int APIC_VECTOR = 0x40;

    /** STI; HLT; JMP to the HLT. */
    private static final int[] IDLE = {0xFB, 0xF4, 0xEB, 0xFD};

    private final List<String> ends = new ArrayList<>();
    private PcBoard board;

    private void start(String model, boolean acpi, int... code) throws Exception {
        PcHost host =
                new PcHost() {
                    @Override
                    public int ended(End end, int value) {
                        ends.add(end.name());
                        return end == End.RESET ? RESET_AND_RUN : 0;
                    }

                    @Override
                    public void reloadFailed(String message) {
                        throw new AssertionError(message);
                    }
                };
        PcConfig config = new PcConfig(4 << 20, CpuModel.parse(model), 0, 1, -1, 0, false, acpi);
        board = new PcBoard(config, host, (ram, state) -> load(ram, state, code));
    }

    private static void load(PhysicalMemory ram, CpuState state, int[] code) {
        put(ram, CODE, code);
        // Both handlers count and make their EOI: one to the 8259A pair, one to the local APIC.
        put(ram, HANDLER, 0xFF, 0x06, 0x00, 0x05, 0xB0, 0x20, 0xE6, 0xA0, 0xE6, 0x20, 0xCF);
        put(ram, HANDLER + 32, 0xFF, 0x06, 0x00, 0x05, 0x26, 0x66, 0xA3, 0xB0, 0x00, 0xCF);
        for (int irq = 0; irq < 16; irq++) {
            put(ram, 4 * (PIC_VECTOR + irq), 0, HANDLER >> 8, 0, 0);
        }
        put(ram, 4 * APIC_VECTOR, 32, HANDLER >> 8, 0, 0);
        state.segments[1].set(0, 0, 0xFFFF, 0x9B);
        state.segments[0].set(0, PcMemoryLayout.LOCAL_APIC, 0xFFFF, 0x93);
        state.idtrBase = 0;
        state.idtrLimit = 0x3FF;
        state.rip = CODE;
        state.regs[CpuState.RSP] = CODE;
    }

    private static void put(PhysicalMemory ram, int address, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        ram.load(address, bytes, 0, bytes.length);
    }

    private void out(int port, int... values) {
        for (int value : values) {
            board.ports().out(port, 1, value);
        }
    }

    private int counter() {
        return (int) board.memory().read(COUNTER, 2);
    }

    private void apic(int register, long value) {
        board.memory().write(PcMemoryLayout.LOCAL_APIC + register, 4, value);
    }

    private void redirect(int input, long low) {
        board.memory().write(PcMemoryLayout.IO_APIC, 4, 0x10 + 2 * input);
        board.memory().write(PcMemoryLayout.IO_APIC + 0x10, 4, low);
    }

    /** Both 8259As for edges and 8086 mode, vectors from 20h, with the mask given. */
    private void startPics(int mask) {
        out(0x20, 0x11);
        out(0x21, PIC_VECTOR, 4, 1, mask & 0xFF);
        out(0xA0, 0x11);
        out(0xA1, PIC_VECTOR + 8, 2, 1, mask >> 8);
    }

    /** Timer 0 in mode 2 at about 1000 Hz. */
    private void startTimer() {
        out(0x43, 0x34);
        out(0x40, 1193 & 0xFF, 1193 >> 8);
    }

    /** Actions of the host's side (a snapshot is one) wait for nothing, debugger or not. */
    @Test
    void whatIsDueAtABoundaryHappensThereAlsoAfterABriefRun() throws Exception {
        // MOV DX,3F8h; OUT DX,AL; INC BX; JMP to the OUT
        start("max", true, 0xBA, 0xF8, 0x03, 0xEE, 0x43, 0xEB, 0xFC);
        MachineMailbox mailbox = new MachineMailbox();
        List<Long> seen = new ArrayList<>();
        board.serial(0)
                .connect(
                        () -> SerialPort.Input.NONE,
                        value -> {
                            board.atNextBoundary(() -> seen.add(board.cpu().state().regs[3]));
                            mailbox.post(() -> {});
                        });

        assertThat(board.runBriefly(false)).isNull();
        assertThat(board.runBriefly(false)).isNull();
        assertThat(board.run(mailbox, false)).isNull();

        assertThat(seen).containsExactly(0L);
    }

    @ParameterizedTest
    @CsvSource({"max,true", "max,false", "'max,-apic',true", "'max,-apic',false"})
    void timerInterruptsThroughThe8259OnEveryMachine(String model, boolean acpi) throws Exception {
        start(model, acpi, IDLE);
        startPics(0xFFFE);
        startTimer();
        board.runUntil(10_500_000);
        assertThat(counter()).isEqualTo(10);
    }

    @Test
    void timerIsOnInputTwoOfTheIoApic() throws Exception {
        start("max", true, IDLE);
        startPics(0xFFFF);
        redirect(2, APIC_VECTOR);
        startTimer();
        board.runUntil(10_500_000);
        assertThat(counter()).isEqualTo(10);
    }

    @Test
    void monitorCountsInterruptsAndDisturbsNothing() throws Exception {
        start("max", true, IDLE);
        startPics(0xFFFF);
        redirect(2, APIC_VECTOR);
        startTimer();
        board.runUntil(10_500_000);
        board.memory().write(PcMemoryLayout.IO_APIC, 4, 1);
        assertThat(ask("info irq"))
                .isEqualTo(
                        "IRQ statistics for ioapic:\n 2: 10\n"
                                + "IRQ statistics for isa-i8259:\n 0: 10\n");
        assertThat(ask("info pic")).endsWith("\nI/O APIC input 2 -> 0x40\n");
        assertThat(board.memory().read(PcMemoryLayout.IO_APIC, 4)).isEqualTo(1);
    }

    @Test
    void monitorReachesDevicesWhenAsked() throws Exception {
        start("max", true, IDLE);
        assertThat(ask("mmio 0xfee00030")).isEqualTo("0xfee00030: 0x50014\n");
        assertThat(ask("mmio 0xfee00320 w 0x40")).isEmpty();
        assertThat(board.memory().read(PcMemoryLayout.LOCAL_APIC + 0x320, 4)).isEqualTo(0x40);
        assertThat(ask("mmio 0x1000")).isEqualTo("no device's register of 4 bytes at 0x1000\n");
        assertThat(ask("mmio 0xfee00031")).contains("no device's register");
        assertThat(ask("mmio 0xfee00030 q")).startsWith("mmio ADDR");
        assertThat(ask("mmio")).startsWith("mmio ADDR");
        assertThat(ask("mmio here")).startsWith("not a number");
        byte[] bytes = new byte[4];
        assertThat(board.memory(0).readPhysical(0xfee00030L, bytes, 0, 4))
                .as("nothing that gdb itself reads")
                .isZero();
    }

    @Test
    void monitorRaisesTheNmi() throws Exception {
        start("max", true, IDLE);
        nmiReachesTheHandler();
    }

    @Test
    void monitorRaisesTheNmiOfAProcessorWithoutApic() throws Exception {
        start("max,-apic", true, IDLE);
        nmiReachesTheHandler();
    }

    private void nmiReachesTheHandler() {
        board.memory().write(4 * 2, 4, HANDLER);
        board.runUntil(10_000);
        assertThat(counter()).isZero();
        assertThat(ask("nmi")).isEmpty();
        board.runUntil(20_000);
        assertThat(counter()).isEqualTo(1);
    }

    @Test
    void monitorPressesThePowerButton() throws Exception {
        start("max", true, IDLE);
        startPics(0xFDFB);
        board.runUntil(10_000);
        board.ports().out(PcBoard.ACPI_PORTS + 2, 2, 0x0100);
        assertThat(ask("system_powerdown")).isEmpty();
        board.runUntil(20_000);
        assertThat(counter()).isGreaterThan(1);
    }

    @Test
    void monitorDisassembles() throws Exception {
        start("max", true, 0xB8, 0x34, 0x12, 0xF4);
        assertThat(ask("x /2i 0x7c00")).isEqualTo("0x7c00: mov    $0x1234,%ax\n0x7c03: hlt\n");
        assertThat(ask("xp /i 0x7c03")).isEqualTo("0x7c03: hlt\n");
        assertThat(ask("x /i 0xfee00000")).isEqualTo("0xfee00000: cannot access memory\n");
        assertThat(ask("x /2i here")).startsWith("not a number");
    }

    private String ask(String command) {
        StringBuilder answer = new StringBuilder();
        assertThat(board.monitor().execute(command, answer::append)).isTrue();
        return answer.toString();
    }

    @Test
    void hpetTakesTheTimersPlace() throws Exception {
        start("max", true, IDLE);
        startPics(0xFFFF);
        redirect(2, APIC_VECTOR);
        startTimer();
        // Timer 0: periodic, 10 ms; then legacy routing.
        board.memory().write(PcMemoryLayout.HPET + 0x100, 4, 0x4C);
        board.memory().write(PcMemoryLayout.HPET + 0x108, 8, 1_000_000);
        board.memory().write(PcMemoryLayout.HPET + 0x10, 4, 3);
        board.runUntil(35_000_000);
        assertThat(counter()).isEqualTo(3);
    }

    @Test
    void hpetInterruptsThroughThe8259WithoutApic() throws Exception {
        start("max,-apic", true, IDLE);
        startPics(0xFFFE);
        board.memory().write(PcMemoryLayout.HPET + 0x100, 4, 0x4C);
        board.memory().write(PcMemoryLayout.HPET + 0x108, 8, 1_000_000);
        board.memory().write(PcMemoryLayout.HPET + 0x10, 4, 3);
        board.runUntil(35_000_000);
        assertThat(counter()).isEqualTo(3);
    }

    @Test
    void deadlineInterruptsAtItsCycle() throws Exception {
        start(
                "max",
                true,
                concat(
                        new int[] {
                            0x66, 0xB9, 0xE0, 0x06, 0, 0, // MOV ECX, IA32_TSC_DEADLINE
                            0x66, 0xB8, 0x40, 0x42, 0x0F, 0, // MOV EAX, 1000000
                            0x66, 0x31, 0xD2, 0x0F, 0x30 // XOR EDX, EDX; WRMSR
                        },
                        IDLE));
        apic(0x320, 0x40000 | APIC_VECTOR);
        board.runUntil(1_000_000);
        assertThat(board.cpu().state().halted).isTrue();
        assertThat(counter()).isZero();
        board.runUntil(1_000_005);
        assertThat(counter()).isEqualTo(1);
        board.runUntil(5_000_000);
        assertThat(counter()).isEqualTo(1);
    }

    private static int[] concat(int[] a, int[] b) {
        int[] all = new int[a.length + b.length];
        System.arraycopy(a, 0, all, 0, a.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    @Test
    void powerButtonIsALevelOnInterruptNine() throws Exception {
        start("max", true, IDLE);
        startPics(0xFDFB);
        board.runUntil(10_000);
        board.ports().out(PcBoard.ACPI_PORTS + 2, 2, 0x0100);
        board.pressPowerButton();
        board.runUntil(20_000);
        assertThat(counter()).as("comes again as long as it is asserted").isGreaterThan(1);
        board.ports().out(PcBoard.ACPI_PORTS, 2, 0x0100);
        board.runUntil(30_000);
        int seen = counter();
        board.runUntil(40_000);
        assertThat(counter()).isEqualTo(seen);
    }

    @Test
    void nmiComesThroughThePinOfLint1() throws Exception {
        start("max", true, IDLE);
        board.memory().write(4 * 2, 4, HANDLER);
        board.runUntil(10_000);
        apic(0x300, 0x40400); // NMI to itself
        board.runUntil(20_000);
        assertThat(counter()).isEqualTo(1);
    }

    @Test
    void sleepTypeOfS5PowersOff() throws Exception {
        // MOV DX, PM1a_CNT; MOV AX, SLP_EN | 5 << 10; OUT DX, AX
        start("max", true, 0xBA, 0x04, 0x06, 0xB8, 0x00, 0x34, 0xEF, 0xF4);
        StopReason reason = board.runUntil(1_000_000);
        assertThat(ends).containsExactly("POWER_OFF");
        assertThat(reason.kind()).isEqualTo(StopReason.Kind.EXITED);
        assertThat(reason.number()).isZero();
    }

    @Test
    void resetRegisterStartsTheMachineAnew() throws Exception {
        // Spoil the RSDP and the APIC's timer, count in the RTC's memory, reset once.
        start(
                "max",
                true,
                concat(
                        new int[] {
                            0xB8,
                            0x00,
                            0xE0,
                            0x8E,
                            0xD8, // MOV AX, E000h; MOV DS, AX
                            0xC6,
                            0x06,
                            0x00,
                            0x00,
                            0x00, // MOV BYTE [0], 0
                            0x26,
                            0x66,
                            0xC7,
                            0x06,
                            0x20,
                            0x03,
                            0x30,
                            0,
                            0,
                            0, // MOV DWORD ES:[320h], 30h
                            0xB0,
                            0x70,
                            0xE6,
                            0x70,
                            0xE4,
                            0x71, // register 70h of the clock
                            0xFE,
                            0xC0,
                            0xE6,
                            0x71,
                            0x3C,
                            0x01, // one more
                            0x75,
                            0x06, // JNE over the reset
                            0xBA,
                            0xF9,
                            0x0C,
                            0xB0,
                            0x06,
                            0xEE // MOV DX, CF9h; MOV AL, 6; OUT
                        },
                        new int[] {0xEB, 0xFE}));
        board.runUntil(25_000);
        assertThat(ends).containsExactly("RESET");
        assertThat(PcMemoryLayout.acpiRsdp(board.ram()))
                .as("spoilt again in the second run")
                .isZero();
        board.reset();
        assertThat(PcMemoryLayout.acpiRsdp(board.ram())).isEqualTo(PcMemoryLayout.ACPI_TABLES);
        assertThat(board.memory().read(PcMemoryLayout.LOCAL_APIC + 0x320, 4)).isEqualTo(0x10000);
        assertThat(board.memory().read(PcMemoryLayout.LOCAL_APIC + 0x350, 4))
                .as("LINT0 passes the 8259A pair on")
                .isEqualTo(0x700);
    }

    @Test
    void machineWithoutAcpiHasNoneOfItsHardware() throws Exception {
        start("max", false, IDLE);
        assertThat(board.ports().in(PcBoard.ACPI_PORTS + 8, 4)).isEqualTo(-1);
        assertThat(board.memory().read(PcMemoryLayout.HPET, 4)).isEqualTo(0xFFFFFFFFL);
        assertThat(PcMemoryLayout.acpiRsdp(board.ram())).isZero();
        assertThat(board.memory().read(PcMemoryLayout.LOCAL_APIC + 0x30, 4)).isEqualTo(0x50014);
        assertThat(ask("system_powerdown")).isEqualTo("the machine has no ACPI power button\n");
    }

    @Test
    void processorWithoutApicHasNoApics() throws Exception {
        start("max,-apic", true, IDLE);
        assertThat(board.memory().read(PcMemoryLayout.LOCAL_APIC + 0x30, 4)).isEqualTo(0xFFFFFFFFL);
        assertThat(board.memory().read(PcMemoryLayout.IO_APIC + 0x10, 4)).isEqualTo(0xFFFFFFFFL);
    }

    @Test
    void serialPortsShareTheirInterrupts() throws Exception {
        start("max", true, IDLE);
        startPics(0xFFE7);
        board.runUntil(10_000);
        for (int port : new int[] {0x3F8, 0x3E8}) {
            board.ports().out(port + 4, 1, 0x08); // OUT2
            board.ports().out(port + 1, 1, 0x02); // transmitter empty
        }
        board.runUntil(100_000);
        assertThat(counter()).as("one edge for both").isEqualTo(1);
        board.ports().in(0x3F8 + 2, 1);
        board.runUntil(200_000);
        assertThat(counter()).as("the line stays asserted").isEqualTo(1);
        board.ports().in(0x3E8 + 2, 1);
        board.ports().out(0x3F8, 1, 'x');
        board.runUntil(300_000);
        assertThat(counter()).as("a new edge").isEqualTo(2);
    }
}
