package org.linuxemu.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.Efer;

/** What {@code monitor walk} tells. */
class WalkDescriptionTest {
    private static final long PTE = TestMachine.PAGE_TABLE;

    private final TestMachine m = new TestMachine();

    private String walk(long linear) {
        StringBuilder text = new StringBuilder();
        DebugOutput output =
                new DebugOutput() {
                    @Override
                    public void print(String part) {
                        text.append(part);
                    }

                    @Override
                    public boolean cancelled() {
                        return false;
                    }
                };
        m.cpu.debugMemory().describeWalk(linear, output);
        return text.toString();
    }

    @Test
    void everyLevelIsNamedWithItsFlags() {
        assertThat(walk(0x5123))
                .isEqualTo(
                        "PML4E at 0x1000 = 0x2003 PW------\n"
                                + "PDPTE at 0x2000 = 0x3003 PW------\n"
                                + "PDE   at 0x3000 = 0x4003 PW------\n"
                                + "PTE   at 0x4028 = 0x5003 PW------\n"
                                + "physical 0x5123\n"
                                + "kernel: read allowed, write allowed, fetch allowed\n"
                                + "user:   read #PF(0x5) kernel's page, write #PF(0x7) kernel's"
                                + " page, fetch #PF(0x15) kernel's page\n");
    }

    @Test
    void aLargePageEndsAtItsLevel() {
        assertThat(walk(0x234567))
                .contains("PDE   at 0x3008 = 0x200083 PW---L--\nphysical 0x234567\n")
                .doesNotContain("\nPTE ");
    }

    @Test
    void theReasonOfAFaultIsTold() {
        m.put64(PTE + 8 * 5, 0);
        assertThat(walk(0x5000))
                .contains("PTE   at 0x4028 = 0x0 --------\nno page\n")
                .contains("kernel: read #PF(0x0) not present, write #PF(0x2) not present");
        m.put64(PTE + 8 * 6, 0x6001 | 1L << 63);
        assertThat(walk(0x6000))
                .contains("P------N\nphysical 0x6000\n")
                .contains("write #PF(0x3) no right to write, fetch #PF(0x11) no right to execute");
        m.put64(PTE + 8 * 7, 0x7003 | 1L << 45);
        assertThat(walk(0x7000)).contains("kernel: read #PF(0x9) reserved bit set");
        assertThat(walk(1L << 62)).contains("not canonical: an access raises #GP");
        m.put64(0x1000, 0x2007);
        m.put64(0x2000, 0x3007);
        m.put64(0x3000, PTE | 7);
        m.put64(PTE + 8 * 8, 0x8007);
        m.state.cr4 |= ControlRegisters.CR4_SMAP;
        assertThat(walk(0x8000))
                .contains("kernel: read #PF(0x1) user's page (SMAP)")
                .contains("user:   read allowed, write allowed, fetch allowed");
        m.state.cr0 &= ~ControlRegisters.CR0_PG;
        m.state.efer &= ~Efer.LMA;
        assertThat(walk(0x5000)).isEqualTo("paging is off; physical 0x5000\n");
    }

    @Test
    void nothingIsChangedByLooking() {
        long before = m.cpu.stateHash();
        walk(0x5000);
        walk(0x234567);
        assertThat(m.cpu.stateHash()).isEqualTo(before);
    }
}
