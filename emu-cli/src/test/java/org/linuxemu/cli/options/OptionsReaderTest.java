package org.linuxemu.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linuxemu.cli.machine.CpuChoice;
import org.linuxemu.cli.machine.EndActions;
import org.linuxemu.cli.machine.ExitDevice;
import org.linuxemu.cli.machine.LogItem;
import org.linuxemu.cli.machine.MachineConfig;
import org.linuxemu.cli.machine.SnapshotChoice;
import org.linuxemu.cli.machine.TranslationChoice;

class OptionsReaderTest {
    @TempDir Path directory;
    private String kernel;
    private boolean onTerminal;

    @BeforeEach
    void makeKernel() throws IOException {
        kernel = directory.resolve("bzImage").toString();
        Files.writeString(Path.of(kernel), "kernel");
    }

    private Options read(String... words) throws UsageException {
        List<String> line = new ArrayList<>(List.of("-kernel", kernel));
        line.addAll(List.of(words));
        return OptionsReader.read(CommandLineParser.parse(line.toArray(new String[0])), onTerminal);
    }

    private MachineConfig machine(String... words) throws UsageException {
        return read(words).machine().build();
    }

    @ParameterizedTest
    @CsvSource({"on, ON", "off, OFF", "eager, EAGER"})
    void translationIsOnOffOrEager(String word, TranslationChoice choice) throws UsageException {
        assertThat(machine("-translate", word).translation()).isEqualTo(choice);
        assertThat(machine("-translate", "eager", "-translate", word).translation())
                .as("the last one counts")
                .isEqualTo(choice);
        assertThat(machine().translation()).isEqualTo(TranslationChoice.ON);
    }

    @Test
    void defaults() throws UsageException {
        Options options = read();
        MachineConfig machine = options.machine().build();
        assertThat(machine.kernel()).hasToString(kernel);
        assertThat(machine.memory()).isEqualTo(128L << 20);
        assertThat(machine.commandLine()).isEqualTo("console=ttyS0");
        assertThat(machine.initrd()).isNull();
        assertThat(machine.rtcSeconds()).isEqualTo(MachineConfig.DEFAULT_RTC_SECONDS);
        assertThat(machine.acpi()).isTrue();
        assertThat(machine.startStopped()).isFalse();
        assertThat(machine.exitDevice()).isNull();
        assertThat(machine.log()).isEmpty();
        assertThat(options.endActions()).isEqualTo(EndActions.DEFAULT);
        assertThat(options.gdb()).isNull();
        assertThat(options.serials())
                .containsExactly(
                        SerialSpec.STDIO_WITH_MONITOR,
                        SerialSpec.NULL,
                        SerialSpec.NULL,
                        SerialSpec.NULL);
        assertThat(options.notes()).hasSize(1).first().asString().contains("added console=ttyS0");
    }

    @ParameterizedTest
    @CsvSource({
        "128M, 134217728",
        "512, 536870912",
        "1G, 1073741824",
        "1g, 1073741824",
        "3G, 3221225472",
        "1.5G, 1610612736",
        "65536K, 67108864",
        "64MB, 67108864",
        "size=1G, 1073741824",
        "size=64, 67108864",
        "2049k, 2101248",
        "1025K, 1052672",
        "256G, 274877906944",
    })
    void memorySizes(String text, long bytes) throws UsageException {
        assertThat(machine("-m", text).memory()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-m 0|-m: 0 is not enough memory",
                "-m 0.5K|not enough memory",
                "-m 100T|-m: 100T is too much memory",
                "-m 257G|too much memory",
                "-m 99999999999999999999G|too much memory",
                "-m x|-m: 'x' is not a size",
                "-m 1..5G|not a size",
                "-m -5M|not a size",
                "-m 1e3|not a size",
                "-m G|not a size",
                "-m size=|-m: '' is not a size",
                "-m 1G,slots=2|leave slots out",
                "-m 1G,foo=2|unknown property 'foo'",
                "-smp 2|-smp: 2: this machine has one processor",
                "-smp cpus=1,cores=4|one processor",
                "-smp two|-smp: 'two' is not a number",
                "-seed x|-seed: 'x' is not a number",
                "-seed 0x|-seed: '0x' is not a number",
                "-translate hot|-translate: 'hot' is not on, off or eager",
                "-translate ON|-translate: 'ON' is not on, off or eager",
                "-rtc base=yesterday|-rtc: base 'yesterday' is not utc",
                "-rtc base=2025-13-01|is not utc",
                "-rtc base=1066-10-14|out of range",
                "-rtc clock=sun|-rtc: clock is host, rt or vm",
                "-rtc utc|-rtc: unknown property 'utc'",
                "-device e1000|-device: 'e1000' is not known here",
                "-device isa-debug-exit,iobase=zz|-device iobase: 'zz' is not a number",
                "-device isa-debug-exit,iobase=0x10000|out of range",
                "-device isa-debug-exit,iosize=3|cannot have 3 ports",
                "-device isa-debug-exit,irq=3|no property 'irq'",
                "-d exec,foo|-d: unknown item 'foo'; -d help lists",
                "-display gtk|-display: 'gtk' is not available here",
                "-display web=x|-display web",
                "-display terminal|standard input and output must be a terminal",
                "-nographic -display terminal|a serial port has this terminal",
                "-monitor vc|-monitor: 'vc' is not known here",
                "-monitor stdio -serial stdio|-serial mon:stdio shares it",
                "-serial pty|-serial: 'pty' is not known here",
                "-serial file:|needs a path",
                "-serial tcp:1235|names no port",
                "-serial tcp::x|-serial port: 'x' is not a number",
                "-serial tcp::70000|out of range",
                "-serial tcp:::1:5|IPv6 address in brackets",
                "-serial tcp::5,foo|unknown property 'foo'",
                "-serial tcp::5,wait|wait is only for server=on",
                "-serial tcp::0|0 is only for server=on",
                "-serial unix:|unix: needs a path",
                "-serial stdio -serial mon:stdio|only one port",
                "-serial null -serial null -serial null -serial null -serial null|5 ports are too many",
                "-gdb 1234|-gdb 1234: it starts neither with tcp: nor with unix:",
                "-gdb tcp::1234,server=off|unknown option",
                "-action reboot=explode|-action: reboot is reset or shutdown",
                "-action panic|not of the form EVENT=ACTION",
                "-action panic=run|-action: panic is none",
                "-action watchdog=reset|unknown event 'watchdog'",
                "-cpu +smap|a model must come first",
                "-cpu max,+|no feature after",
                "-cpu max,smap=maybe|smap is on or off",
                "-machine pc,|empty item",
                "-machine acpi=perhaps|acpi is on or off",
                "-daemonize|-daemonize: a Java program cannot",
            })
    void badValues(String line, String message) {
        assertThatThrownBy(() -> read(line.split(" ")))
                .isInstanceOfSatisfying(
                        UsageException.class, e -> assertThat(e.status()).isBetween(1, 2))
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void badImages() throws IOException {
        String empty = directory.resolve("empty").toString();
        Files.createFile(Path.of(empty));
        assertThatThrownBy(() -> read("-kernel", directory.resolve("none").toString()))
                .isInstanceOfSatisfying(
                        UsageException.class, e -> assertThat(e.status()).isEqualTo(1))
                .hasMessageContaining("-kernel: '")
                .hasMessageContaining("none' does not exist");
        assertThatThrownBy(() -> read("-kernel", directory.toString()))
                .hasMessageContaining("is a directory");
        assertThatThrownBy(() -> read("-kernel", empty)).hasMessageContaining("is empty");
        assertThatThrownBy(() -> read("-initrd", directory.toString()))
                .hasMessageContaining("-initrd: '")
                .hasMessageContaining("is a directory");
        assertThatThrownBy(() -> read("-kernel", ""))
                .hasMessageContaining("the file name is empty");
        assertThatThrownBy(() -> OptionsReader.read(CommandLineParser.parse(new String[0]), false))
                .isInstanceOfSatisfying(
                        UsageException.class, e -> assertThat(e.status()).isEqualTo(2))
                .hasMessageContaining("name a kernel with -kernel FILE");
    }

    @Test
    void initrdMayBeAListOfModules() throws IOException, UsageException {
        String one = directory.resolve("one").toString();
        String two = directory.resolve("two").toString();
        Files.writeString(Path.of(one), "1");
        Files.writeString(Path.of(two), "2");
        String list = one + " some arguments," + two;
        assertThat(machine("-initrd", list).initrd()).isEqualTo(list);
        assertThatThrownBy(() -> read("-initrd", one + "," + two + "x"))
                .hasMessageContaining("twox' does not exist");
    }

    @ParameterizedTest
    @CsvSource({
        "quiet, quiet console=ttyS0",
        "'', console=ttyS0",
        "console=tty0, console=tty0",
        "root=/dev/ram console=ttyS0, root=/dev/ram console=ttyS0",
        "noconsole=1, noconsole=1 console=ttyS0",
        "x.console=1 console=hvc0, x.console=1 console=hvc0",
    })
    void addsAConsoleWhereThereIsNone(String given, String expected) throws UsageException {
        Options options = read("-append", given);
        assertThat(options.machine().build().commandLine()).isEqualTo(expected);
        assertThat(options.notes()).hasSize(given.equals(expected) ? 0 : 1);
    }

    @Test
    void panicActionMakesTheKernelRebootAtOnce() throws UsageException {
        Options options = read("-append", "console=ttyS0", "-action", "panic=exit-failure");
        assertThat(options.machine().build().commandLine()).isEqualTo("console=ttyS0 panic=-1");
        assertThat(options.notes()).hasSize(1);
        assertThat(
                        machine("-append", "console=ttyS0 panic=5", "-action", "panic=exit-failure")
                                .commandLine())
                .isEqualTo("console=ttyS0 panic=5");
    }

    @Test
    void machineValues() throws UsageException {
        MachineConfig machine =
                machine(
                        "-cpu",
                        "host,+avx,-smap,erms=off,pcid=on,x2apic",
                        "-seed",
                        "0xdeadbeefcafebabe",
                        "-no-acpi",
                        "-device",
                        "isa-debug-exit,iobase=0xf4,iosize=0x04",
                        "-d",
                        "int,guest_errors",
                        "-boot-decompressor",
                        "-S",
                        "-s",
                        "-smp",
                        "1,sockets=1,cores=1,threads=1");
        assertThat(machine.cpu())
                .isEqualTo(
                        new CpuChoice(
                                "host", List.of("avx", "pcid", "x2apic"), List.of("smap", "erms")));
        assertThat(machine.seed()).isEqualTo(0xdeadbeefcafebabeL);
        assertThat(machine.acpi()).isFalse();
        assertThat(machine.exitDevice()).isEqualTo(new ExitDevice(0xF4, 4));
        assertThat(machine.log()).containsExactly(LogItem.INT, LogItem.GUEST_ERRORS);
        assertThat(machine.bootDecompressor()).isTrue();
        assertThat(machine.startStopped()).isTrue();
    }

    @Test
    void startOfTheClock() throws UsageException {
        assertThat(machine("-rtc", "base=2024-02-29T12:00:00").rtcSeconds()).isEqualTo(1709208000L);
        assertThat(machine("-rtc", "base=1970-01-02,clock=vm").rtcSeconds()).isEqualTo(86400);
        assertThat(machine("-rtc", "base=utc").rtcSeconds())
                .isGreaterThan(MachineConfig.DEFAULT_RTC_SECONDS - 86400L * 400);
        assertThat(RtcBase.seconds("localtime", 86400, java.time.ZoneId.of("UTC+2")))
                .isEqualTo(86400 + 7200);
        assertThat(RtcBase.seconds("utc", 86400, java.time.ZoneId.of("UTC+2"))).isEqualTo(86400);
        assertThat(java.time.Instant.ofEpochSecond(MachineConfig.DEFAULT_RTC_SECONDS))
                .hasToString("2026-01-01T00:00:00Z");
    }

    @Test
    void optionsWithoutEffectSayWhatTheyMean() throws UsageException {
        Options options =
                read(
                        "-append",
                        "console=ttyS0",
                        "-enable-kvm",
                        "-accel",
                        "kvm",
                        "-machine",
                        "q35,acpi=off",
                        "-cpu",
                        "host");
        assertThat(options.notes()).hasSize(3).allMatch(note -> note.startsWith("warning: -"));
        assertThat(options.machine().build().acpi()).isFalse();
    }

    @Test
    void theScreenIsOnTheTerminalUnlessTheSerialPortHasIt() throws UsageException {
        assertThat(read().display()).isEqualTo(DisplaySpec.NONE);
        onTerminal = true;
        Options options = read("-s");
        assertThat(options.display()).isEqualTo(DisplaySpec.TERMINAL);
        assertThat(options.displayMonitor()).isTrue();
        assertThat(options.serials()).containsOnly(SerialSpec.NULL);
        assertThat(options.machine().build().commandLine()).isEmpty();
        assertThat(options.notes()).isEmpty();
        assertThat(read("-nographic").display()).isEqualTo(DisplaySpec.NONE);
        assertThat(machine("-nographic").commandLine()).isEqualTo("console=ttyS0");
        assertThat(read("-serial", "stdio").display()).isEqualTo(DisplaySpec.NONE);
        assertThat(read("-serial", "null").display()).isEqualTo(DisplaySpec.TERMINAL);
        assertThat(read("-display", "none").display()).isEqualTo(DisplaySpec.NONE);
        assertThat(read("-append", "console=ttyS0 console=tty0").display())
                .isEqualTo(DisplaySpec.TERMINAL);
        assertThat(read("-monitor", "none").displayMonitor()).isFalse();
    }

    @Test
    void aSerialConsoleIsShownWhereTheScreenWouldBe() throws UsageException {
        onTerminal = true;
        Options options = read("-append", "quiet console=ttyS0");
        assertThat(options.display()).isEqualTo(DisplaySpec.NONE);
        assertThat(options.stdioPort()).isEqualTo(SerialSpec.STDIO_WITH_MONITOR);
        assertThat(options.notes()).singleElement().asString().contains("-display terminal");
        assertThat(read("-append", "console=ttyS0", "-display", "terminal").display())
                .isEqualTo(DisplaySpec.TERMINAL);
    }

    @Test
    void theScreenInABrowser() throws UsageException {
        Options options = read("-display", "web=8080");
        assertThat(options.display()).isEqualTo(new DisplaySpec(DisplaySpec.Kind.WEB, 8080));
        assertThat(options.stdioPort()).isNull();
        assertThat(options.machine().build().commandLine()).isEmpty();
        assertThat(read("-display", "web").display().port()).isZero();
        assertThat(read("-display", "web", "-nographic").stdioPort())
                .isEqualTo(SerialSpec.STDIO_WITH_MONITOR);
    }

    @Test
    void endActions() throws UsageException {
        assertThat(read("-no-reboot").endActions())
                .isEqualTo(new EndActions(false, true, EndActions.Panic.NONE));
        assertThat(read("-no-shutdown").endActions())
                .isEqualTo(new EndActions(true, false, EndActions.Panic.NONE));
        assertThat(
                        read("-action", "reboot=shutdown,shutdown=pause", "-action", "panic=pause")
                                .endActions())
                .isEqualTo(new EndActions(false, false, EndActions.Panic.PAUSE));
    }

    @Test
    void whereGdbConnects() throws UsageException {
        assertThat(read("-s").gdb().port()).isEqualTo(1234);
        assertThat(read("-s").gdb().host()).isNull();
        assertThat(read("-gdb", "tcp:0.0.0.0:99,server,nowait").gdb().host()).isEqualTo("0.0.0.0");
        assertThat(read("-gdb", "unix:/x,server=on,wait=off").gdb().socketPath()).hasToString("/x");
        assertThat(read("-s", "-gdb", "none").gdb()).isNull();
        assertThat(read().gdb()).isNull();
    }

    @Test
    void serialPorts() throws UsageException {
        Options options =
                read(
                        "-serial",
                        "mon:stdio",
                        "-serial",
                        "tcp::1235,server,nowait",
                        "-serial",
                        "file:a,b",
                        "-serial",
                        "tcp:[::1]:7");
        assertThat(options.serials())
                .containsExactly(
                        SerialSpec.STDIO_WITH_MONITOR,
                        new SerialSpec(
                                SerialSpec.Kind.SOCKET,
                                null,
                                new Endpoint(null, "", 1235, true, false)),
                        new SerialSpec(SerialSpec.Kind.FILE, "a,b", null),
                        new SerialSpec(
                                SerialSpec.Kind.SOCKET,
                                null,
                                new Endpoint(null, "::1", 7, false, true)));
        assertThat(options.serials().get(3).endpoint().address()).isEqualTo("tcp:[::1]:7");
        assertThat(read("-serial", "unix:/s,server=on").serials().get(0).endpoint())
                .isEqualTo(new Endpoint("/s", "", 0, true, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-nographic|STDIO_WITH_MONITOR|false|false",
                "-nographic -monitor none|STDIO|false|false",
                "-serial stdio|STDIO|false|true",
                "-serial stdio -nographic|STDIO|false|false",
                "-monitor stdio|STDIO_WITH_MONITOR|false|false",
                "-serial null|NULL|false|false",
                "-serial null -nographic|NULL|true|false",
                "-serial null -monitor stdio|NULL|true|false",
                "-serial null -nographic -monitor none|NULL|false|false",
                "-serial mon:stdio -monitor stdio|STDIO_WITH_MONITOR|false|false",
            })
    void whoHasTheTerminal(
            String line, SerialSpec.Kind first, boolean monitorAlone, boolean signals)
            throws UsageException {
        Options options = read(line.split(" "));
        assertThat(options.serials().get(0).kind()).isEqualTo(first);
        assertThat(options.monitorAlone()).isEqualTo(monitorAlone);
        assertThat(options.stdioSignals()).isEqualTo(signals);
    }

    @Test
    void warnsWhenNothingCouldStartTheGuest() throws UsageException {
        assertThat(read("-S", "-serial", "null").notes())
                .anyMatch(note -> note.contains("-S without gdb"));
        assertThat(read("-S", "-s", "-serial", "null").notes())
                .noneMatch(note -> note.contains("-S without"));
        assertThat(read("-S").notes()).noneMatch(note -> note.contains("-S without"));
    }

    @Test
    void guestName() throws UsageException {
        assertThat(read("-name", "web,process=x").name()).isEqualTo("web");
        assertThat(read("-name", "guest=web").name()).isEqualTo("web");
        assertThat(read().name()).isNull();
    }

    @Test
    void snapshots() throws UsageException {
        assertThat(machine().snapshots()).isSameAs(SnapshotChoice.NONE);
        String file = directory.resolve("a,b").toString().replace(",", ",,");
        SnapshotChoice choice = machine("-snapshot-save", file, "-fast-boot").snapshots();
        assertThat(choice.save()).hasName("a,b");
        assertThat(choice.when()).isEqualTo(SnapshotChoice.When.PROMPT);
        assertThat(choice.fastBoot()).isTrue();
        choice = machine("-snapshot-save", file + ",cycle=0x100").snapshots();
        assertThat(choice.when()).isEqualTo(SnapshotChoice.When.CYCLE);
        assertThat(choice.cycle()).isEqualTo(256);
        choice = machine("-snapshot-save", file + ",pattern=login: \u00e9").snapshots();
        assertThat(choice.when()).isEqualTo(SnapshotChoice.When.PATTERN);
        assertThat(choice.pattern()).isEqualTo("login: \u00c3\u00a9");
        choice = machine("-snapshot-save", file + ",at=command").snapshots();
        assertThat(choice.when()).isEqualTo(SnapshotChoice.When.COMMAND);
        choice = machine("-snapshot-load", kernel, "-m", "64").snapshots();
        assertThat(choice.load()).hasToString(kernel);
        assertThat(choice.given().memory()).isTrue();
        assertThat(choice.given().cpu()).isFalse();
    }

    @Test
    void aSnapshotNeedsNoKernel() throws UsageException {
        String[] words = {"-snapshot-load", kernel};
        Options options = OptionsReader.read(CommandLineParser.parse(words), false);
        assertThat(options.machine().build().kernel()).isNull();
    }

    @Test
    void fastBootNeedsAClockOfItsOwn() throws UsageException {
        Options options = read("-fast-boot", "-rtc", "base=utc");
        assertThat(options.machine().build().snapshots().fastBoot()).isFalse();
        assertThat(options.notes()).anyMatch(note -> note.contains("-fast-boot has no effect"));
        assertThat(machine("-fast-boot", "-rtc", "base=2020-01-01").snapshots().fastBoot())
                .isTrue();
    }

    @Test
    void badSnapshotOptions() {
        refuse("there is no directory", "-snapshot-save", "/no/such/directory/file");
        refuse("is a directory", "-snapshot-save", directory.toString());
        refuse("at is prompt or command", "-snapshot-save", "file,at=noon");
        refuse("unknown property 'when=now'", "-snapshot-save", "file,when=now");
        refuse("the pattern is empty", "-snapshot-save", "file,pattern=");
        refuse("is not a number", "-snapshot-save", "file,cycle=soon");
        refuse("does not exist", "-snapshot-load", "/no/such/file");
        refuse("no boot with -snapshot-load", "-snapshot-load", kernel, "-fast-boot");
    }

    private void refuse(String reason, String... words) {
        assertThatThrownBy(() -> read(words))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("\n");
    }
}
