package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Single steps and watchpoints of a stock gdb where a real kernel makes them difficult. */
class GdbInstructionIT {
    /** What /t repeats; 8192 is not a multiple of its length, so that two blocks differ. */
    private static final String PATTERN = "abcdef\n";

    private static final int BLOCK = 8192;

    private final GdbProcess gdb;
    private final GuestSession guest;

    GdbInstructionIT() throws Exception {
        GdbProcess.assumeInstalled();
        guest =
                GuestSession.start(
                        "-kernel",
                        Images.slim().toString(),
                        "-initrd",
                        Images.busybox().toString(),
                        "-append",
                        "console=ttyS0",
                        "-nographic",
                        "-gdb",
                        "tcp::0");
        gdb = GdbProcess.start(Images.slim().getParent(), Images.slim().resolveSibling("vmlinux"));
    }

    private void attach() throws Exception {
        guest.expect("/ # ");
        gdb.run("target remote " + GdbMachineIT.port(guest));
    }

    private void end() {
        gdb.close();
        guest.close();
    }

    /** Continues to an address with a command typed in the guest meanwhile. */
    private void stopAt(String address, String typed) throws Exception {
        gdb.run("tbreak *" + address);
        gdb.type("continue");
        guest.type(typed);
        gdb.answer();
        assertThat(value("$rip == " + address)).isEqualTo("1");
    }

    private String value(String expression) throws Exception {
        String text = gdb.run("output (long) (" + expression + ")");
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    /** Address of the first instruction with this name behind a symbol. */
    private String find(String symbol, String instruction) throws Exception {
        String code = gdb.run("x/150i " + symbol);
        Matcher matcher =
                Pattern.compile("(0x[0-9a-f]+)[^\n]*:\\s" + instruction + "\\b").matcher(code);
        assertThat(matcher.find()).as("%s in %s", instruction, code).isTrue();
        return matcher.group(1);
    }

    @Test
    void stepsOneInstructionWhereverItLeads() throws Exception {
        attach();

        String halt = find("default_idle", "hlt");
        stopAt(halt, "");
        gdb.run("stepi");
        assertThat(value("$rip - " + halt)).as("behind HLT").isEqualTo("1");

        // A word of the stack that the next interrupt's frame writes.
        stopAt(halt, "");
        String word = "*(long *) " + value("((long) $rsp & ~0xf) - 40");
        gdb.run("set var " + word + " = 0");
        assertThat(gdb.run("watch " + word)).startsWith("Hardware watchpoint");
        gdb.type("continue");
        guest.type("");
        assertThat(gdb.answer()).contains("Old value = 0", "New value = ");
        assertThat(value(word + " - " + halt)).as("RIP of the frame").isEqualTo("1");
        assertThat(value("$rsp == &" + word)).as("nothing of the handler has run").isEqualTo("1");
        gdb.run("delete");

        String repeat = find("clear_page_erms", "rep stos");
        stopAt(repeat, "/bin/hello");
        gdb.run("set $count = $rcx");
        gdb.run("stepi");
        assertThat(value("$count - $rcx")).isEqualTo("1");
        assertThat(value("$rip == " + repeat)).as("one iteration").isEqualTo("1");

        // It returns to the stack, whose pages cannot be executed.
        assertThat(gdb.run("print ((long (*)(long)) int_sqrt)(144)")).endsWith("= 12");
        assertThat(value("$rip == " + repeat)).isEqualTo("1");

        // Code in a function that nobody calls: movl %ss,%eax; movl %eax,%ss; inc %rbx; nop
        gdb.run("set $rip0 = $rip");
        gdb.run("set $rax0 = $rax");
        gdb.run("set $rbx0 = $rbx");
        gdb.run("set *(long *) kernel_halt = 0x90c3ff48d08ed08c");
        gdb.run("set $rip = (long) kernel_halt");
        for (String length : new String[] {"2", "4", "7", "8"}) {
            gdb.run("stepi");
            assertThat(value("$rip - (long) kernel_halt")).isEqualTo(length);
        }
        assertThat(value("$rbx - $rbx0")).as("not skipped, not done twice").isEqualTo("1");
        gdb.run("set $rip = $rip0");
        gdb.run("set $rax = $rax0");
        gdb.run("set $rbx = $rbx0");

        stopAt("native_irq_return_iret", "");
        assertThat(gdb.run("x/i $rip")).contains("iretq");
        gdb.run("set $to = *(long *) $rsp");
        gdb.run("stepi");
        assertThat(value("$rip == $to")).as("IRET").isEqualTo("1");

        stopAt(find("entry_SYSCALL_64", "sysretq"), "");
        gdb.run("set $to = $rcx");
        gdb.run("stepi");
        assertThat(value("$rip == $to && $cpl == 3")).as("SYSRET").isEqualTo("1");

        stopAt("0x4014f0", "/bin/demo"); // its first instruction, in a page that is not there
        gdb.run("stepi");
        assertThat(value("$rip == asm_exc_page_fault")).as("the fault's handler").isEqualTo("1");
        assertThat(value("$cr2 == 0x4014f0")).isEqualTo("1");

        gdb.run("catch syscall exit_group");
        gdb.run("continue");
        gdb.run("delete");
        gdb.run("set $back = $rip + 2");
        gdb.run("stepi");
        assertThat(value("$rip == entry_SYSCALL_64 && $rcx == $back && $cpl == 0"))
                .as("SYSCALL")
                .isEqualTo("1");

        gdb.run("detach");
        assertThat(guest.run("echo alive; echo and well").replace("\r", ""))
                .endsWith("alive\nand well");
        end();
    }

    @Test
    void watchesWhatTheKernelDoesForAProgram() throws Exception {
        attach();
        gdb.type("continue");
        guest.run("yes abcdef | head -c 40960 > /t");
        gdb.interrupt();
        gdb.answer();
        gdb.run("tbreak ksys_read if $rdx == " + BLOCK);
        gdb.type("continue");
        guest.type("dd if=/t of=/w bs=" + BLOCK + " count=5");
        assertThat(gdb.answer()).contains("ksys_read");
        read(); // now the buffer is mapped and holds the first block

        // Four bytes, two of them in the page before.
        gdb.run("set $buffer = (unsigned char *) $rsi");
        gdb.run("set $at = (unsigned char *) ((((long) $buffer + 0x1000) & ~0xfffL) - 2)");
        long offset = Long.parseLong(value("$at - $buffer"));
        gdb.run("watch *(unsigned int *) $at");
        long old = word(offset, 0);
        long now = word(offset, 1) & 0xff | old & ~0xffL;
        assertThat(gdb.run("continue"))
                .contains("Old value = " + old + "\n", "New value = " + now + "\n");
        assertThat(gdb.run("x/i $rip")).as("inside of it").contains("rep movsb");
        gdb.run("delete");

        // A page's worth of bytes that begins at no page.
        read();
        gdb.run("watch *(unsigned char (*)[4096]) ($buffer + 100)");
        assertThat(gdb.run("continue")).contains("Hardware watchpoint", "Old value", "New value");
        assertThat((char) Integer.parseInt(value("(int) $buffer[100]")))
                .isEqualTo(at(2L * BLOCK + 100));
        assertThat((char) Integer.parseInt(value("(int) $buffer[101]")))
                .isEqualTo(at((long) BLOCK + 101));
        gdb.run("delete");

        // The kernel reads it to write it to the file.
        gdb.run("tbreak ksys_write if $rdx == " + BLOCK);
        gdb.run("continue");
        gdb.run("rwatch *(unsigned char *) ($buffer + 7777)");
        assertThat(gdb.run("continue"))
                .contains("Hardware read watchpoint", "Value = " + (int) at(2L * BLOCK + 7777));
        assertThat(gdb.run("x/i $rip")).contains("rep movsb");
        gdb.run("delete");

        gdb.run("detach");
        guest.expect("records out");
        assertThat(guest.run("cmp /t /w && echo the same").replace("\r", "")).endsWith("the same");
        end();
    }

    private void read() throws Exception {
        gdb.run("tbreak ksys_read if $rdx == " + BLOCK);
        assertThat(gdb.run("continue")).contains("ksys_read");
    }

    private static char at(long position) {
        return PATTERN.charAt((int) (position % PATTERN.length()));
    }

    /** Four bytes of a block, little endian. */
    private static long word(long offset, int block) {
        long value = 0;
        for (int i = 3; i >= 0; i--) {
            value = value << 8 | at(block * (long) BLOCK + offset + i);
        }
        return value;
    }
}
