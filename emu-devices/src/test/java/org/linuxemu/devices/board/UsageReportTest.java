package org.linuxemu.devices.board;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.state.CpuState;

class UsageReportTest {
    /** Real mode, 4 MiB: mov ax,1000h; mov ds,ax; mov [0],al; hlt. */
    private static final byte[] CODE = {
        (byte) 0xB8, 0x00, 0x10, (byte) 0x8E, (byte) 0xD8, (byte) 0xA2, 0, 0, (byte) 0xF4
    };

    private static PcBoard board() throws Exception {
        PcHost host =
                new PcHost() {
                    @Override
                    public int ended(End end, int value) {
                        return 0;
                    }

                    @Override
                    public void reloadFailed(String message) {
                        throw new AssertionError(message);
                    }
                };
        PcConfig config = new PcConfig(4 << 20, CpuModel.max(), 0, 1, -1, 0, false, false);
        return new PcBoard(
                config,
                host,
                (ram, state) -> {
                    ram.load(0x7C00, CODE, 0, CODE.length);
                    state.segments[1].set(0, 0, 0xFFFF, 0x9B);
                    state.rip = 0x7C00;
                    state.regs[CpuState.RSP] = 0x7C00;
                });
    }

    private static String run(PcBoard board, String command) {
        StringBuilder answer = new StringBuilder();
        assertThat(board.monitor().execute(command, answer::append)).isTrue();
        return answer.toString();
    }

    @Test
    void tellsTouchedPagesFromTheRest() throws Exception {
        PcBoard board = board();
        int before = board.ram().touchedFrames();
        assertThat(run(board, "info ramblock"))
                .contains("pc.ram      4 KiB  " + 4 * before + " KiB  4096 KiB\n", "heap used");
        board.runUntil(100);
        assertThat(run(board, "info ramblock"))
                .contains("pc.ram      4 KiB  " + 4 * (before + 1) + " KiB  4096 KiB\n");
    }

    @Test
    void tellsWhatIsDecodedAndThatNothingIsTranslated() throws Exception {
        PcBoard board = board();
        board.runUntil(100);
        assertThat(run(board, "info jit"))
                .contains(
                        "  page count        1\n",
                        "Translated code: off\n",
                        "  compiled code     ",
                        "  classes           ")
                .doesNotContain("block count       0\n");
    }

    @Test
    void tellsWhatIsTranslated() throws Exception {
        PcBoard board = board();
        board.cpu().translateEagerly();
        assertThat(run(board, "info jit"))
                .contains(
                        "  block avg size    0.0 bytes, 0.0 instructions\n",
                        "  region count      0/2000\n",
                        "  regions made      0\n",
                        "  flush count       0\n",
                        "  failures          0\n");
    }
}
