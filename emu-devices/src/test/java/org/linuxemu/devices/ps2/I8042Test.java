package org.linuxemu.devices.ps2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.devices.TestMachine;

class I8042Test {
    private static final int DATA = 0x60;
    private static final int COMMAND = 0x64;
    private static final int AUX = 0x20;

    private final TestMachine machine = new TestMachine();
    private final Line irq1 = new Line();
    private final Line irq12 = new Line();
    private I8042 controller;
    private IoPortBus bus;

    private static final class Line implements IrqLine {
        private boolean level;
        private int rises;

        @Override
        public void set(boolean asserted) {
            if (asserted && !level) {
                rises++;
            }
            level = asserted;
        }
    }

    @BeforeEach
    void withoutMouse() {
        build(false);
    }

    private void build(boolean withMouse) {
        controller = new I8042(machine, irq1, irq12, withMouse);
        bus = new IoPortBus();
        bus.register(DATA, 1, controller.dataPort());
        bus.register(COMMAND, 1, controller.commandPort());
    }

    private int status() {
        return bus.in(COMMAND, 1);
    }

    private void command(int value) {
        bus.out(COMMAND, 1, value);
    }

    private void data(int value) {
        bus.out(DATA, 1, value);
    }

    /** All bytes that are there, in hexadecimal, those of the mouse with an m. */
    private String drain() {
        StringBuilder text = new StringBuilder();
        while ((status() & 1) != 0) {
            text.append((status() & AUX) != 0 ? " m" : " ");
            text.append(Integer.toHexString(0x100 | bus.in(DATA, 1)).substring(1));
        }
        return text.toString().trim();
    }

    private String ask(int command) {
        command(command);
        return drain();
    }

    private String keyboard(int... bytes) {
        StringBuilder text = new StringBuilder();
        for (int value : bytes) {
            data(value);
            text.append(' ').append(drain());
        }
        return text.toString().trim();
    }

    private String mouse(int... bytes) {
        StringBuilder text = new StringBuilder();
        for (int value : bytes) {
            command(0xD4);
            data(value);
            text.append(' ').append(drain());
        }
        return text.toString().trim();
    }

    private void writeCtr(int value) {
        command(0x60);
        data(value);
    }

    @Test
    void controllerCommands() {
        assertThat(status()).isEqualTo(0x14);
        assertThat(ask(0x20)).as("as firmware leaves it").isEqualTo("65");
        assertThat(ask(0xAA)).isEqualTo("55");
        assertThat(ask(0xAB)).isEqualTo("00");
        assertThat(ask(0xC0)).isEqualTo("80");
        assertThat(ask(0xE0)).isEqualTo("00");
        assertThat(ask(0xA4)).isEqualTo("f1");
        assertThat(ask(0x42)).as("not a command").isEmpty();
        command(0x7F);
        data(0x99);
        assertThat(ask(0x3F)).as("RAM byte 1F").isEqualTo("99");
        assertThat(status() & 0x08).as("a command was written last").isNotZero();
        data(0xEE);
        assertThat(status() & 0x08).isZero();
    }

    @Test
    void commandByteEnablesPorts() {
        command(0xAD);
        command(0xA8);
        assertThat(ask(0x20)).isEqualTo("55");
        command(0xAE);
        command(0xA7);
        assertThat(ask(0x20)).isEqualTo("65");
        writeCtr(0x40);
        assertThat(ask(0x20)).isEqualTo("40");
        assertThat(status() & 0x04).as("the system flag follows the command byte").isZero();
        assertThat(ask(0xAA)).isEqualTo("55");
        assertThat(status() & 0x04).isNotZero();
    }

    @Test
    void outputPortA20AndReset() {
        assertThat(ask(0xD0)).isEqualTo("03");
        command(0xD1);
        data(0x01);
        assertThat(ask(0xD0)).isEqualTo("01");
        command(0xDF);
        assertThat(ask(0xD0)).isEqualTo("03");
        command(0xDD);
        assertThat(ask(0xD0)).isEqualTo("01");
        command(0xFF);
        assertThat(machine.requests).isEmpty();
        command(0xFE);
        assertThat(machine.requests).containsExactly("reset");
        command(0xD1);
        data(0x02);
        assertThat(machine.requests).hasSize(2);
    }

    @Test
    void keyboardAnswersLinux() {
        assertThat(keyboard(0xF5)).isEqualTo("fa");
        assertThat(keyboard(0xF2)).as("ID, translated").isEqualTo("fa ab 41");
        assertThat(keyboard(0xED, 0x02)).isEqualTo("fa fa");
        assertThat(controller.keyboardLeds()).isEqualTo(2);
        assertThat(keyboard(0xF3, 0x00)).isEqualTo("fa fa");
        assertThat(keyboard(0xF4)).isEqualTo("fa");
        assertThat(keyboard(0xEE)).isEqualTo("ee");
        assertThat(keyboard(0xFF)).isEqualTo("fa aa");
        assertThat(controller.keyboardLeds()).isZero();
        assertThat(keyboard(0xFE)).as("resend").isEqualTo("aa");
        assertThat(keyboard(0x01)).as("no such command").isEqualTo("fe");
        assertThat(keyboard(0xED, 0xF4)).as("a command in place of a parameter").isEqualTo("fa fa");
        writeCtr(0x25);
        assertThat(keyboard(0xF2)).as("ID, not translated").isEqualTo("fa ab 83");
        assertThat(keyboard(0xF0, 0x00)).isEqualTo("fa fa 02");
        assertThat(keyboard(0xF0, 0x01, 0xF0, 0x00)).isEqualTo("fa fa fa fa 01");
        assertThat(keyboard(0xF0, 0x03)).as("no set 3").isEqualTo("fa fe");
        assertThat(keyboard(0xF6)).isEqualTo("fa");
        assertThat(keyboard(0xF0, 0x00)).isEqualTo("fa fa 02");
    }

    @Test
    void keysTranslatedToSet1() {
        controller.key(0x1E, true);
        controller.key(0x1E, false);
        assertThat(drain()).as("A").isEqualTo("1e 9e");
        controller.key(0xE048, true);
        controller.key(0xE048, false);
        assertThat(drain()).as("up").isEqualTo("e0 48 e0 c8");
        controller.key(I8042.KEY_PAUSE, true);
        controller.key(I8042.KEY_PAUSE, false);
        assertThat(drain()).isEqualTo("e1 1d 45 e1 9d c5");
        // Every key of the PC keyboard survives the way through set 2.
        for (int code = 0x01; code <= 0x58; code++) {
            if (code != 0x55) {
                controller.key(code, true);
                controller.key(code, false);
                assertThat(drain()).isEqualTo(String.format("%02x %02x", code, code | 0x80));
            }
        }
    }

    @Test
    void keysInSet2WithoutTranslation() {
        writeCtr(0x25);
        controller.key(0x1E, true);
        controller.key(0x1E, false);
        assertThat(drain()).as("A").isEqualTo("1c f0 1c");
        controller.key(0x41, true);
        controller.key(0x41, false);
        assertThat(drain()).as("F7").isEqualTo("83 f0 83");
        controller.key(0xE048, true);
        controller.key(0xE048, false);
        assertThat(drain()).isEqualTo("e0 75 e0 f0 75");
        controller.key(I8042.KEY_PAUSE, true);
        assertThat(drain()).isEqualTo("e1 14 77 e1 f0 14 f0 77");
        keyboard(0xF0, 0x01);
        controller.key(0x1E, true);
        controller.key(0x1E, false);
        assertThat(drain()).as("set 1 from the keyboard itself").isEqualTo("1e 9e");
    }

    @Test
    void eachByteMakesAnEdgeOnIrq1() {
        controller.key(0x10, true);
        controller.key(0x11, true);
        assertThat(irq1.level).isTrue();
        assertThat(irq1.rises).isEqualTo(1);
        bus.in(DATA, 1);
        assertThat(irq1.level).isTrue();
        assertThat(irq1.rises).isEqualTo(2);
        bus.in(DATA, 1);
        assertThat(irq1.level).isFalse();
        assertThat(bus.in(DATA, 1)).as("an empty buffer reads as before").isEqualTo(0x11);
        writeCtr(0x44);
        controller.key(0x12, true);
        assertThat(status() & 1).isEqualTo(1);
        assertThat(irq1.level).as("interrupt disabled").isFalse();
    }

    @Test
    void disabledPortHoldsKeysBack() {
        command(0xAD);
        controller.key(0x10, true);
        assertThat(status() & 1).isZero();
        assertThat(ask(0x20)).as("commands still answer").isEqualTo("75");
        command(0xAE);
        assertThat(drain()).isEqualTo("10");
        command(0xAD);
        assertThat(keyboard(0xEE)).as("sending to the keyboard enables it").isEqualTo("ee");
        assertThat(ask(0x20)).isEqualTo("65");
    }

    @Test
    void answersGoBeforeKeys() {
        controller.key(0x10, true);
        controller.key(0x11, true);
        command(0x20);
        data(0xEE);
        assertThat(drain()).isEqualTo("10 65 ee 11");
    }

    @Test
    void disabledScanningDropsKeys() {
        keyboard(0xF5);
        controller.key(0x10, true);
        assertThat(drain()).isEmpty();
        keyboard(0xF4);
        controller.key(0x10, true);
        assertThat(drain()).isEqualTo("10");
    }

    @Test
    void fullKeyboardBufferLosesWholeKeys() {
        int taken = 0;
        while (controller.keyboardHasRoom()) {
            controller.key(0xE04D, false);
            taken++;
        }
        assertThat(taken).isBetween(5, 10);
        controller.key(0x10, true);
        String bytes = drain();
        assertThat(bytes).isEqualTo("e0 cd ".repeat(taken).trim());
        assertThat(controller.keyboardHasRoom()).isTrue();
    }

    /** The checks of Linux's i8042_check_aux end at once and find no second port. */
    @Test
    void linuxFindsNoAuxPortWithoutMouse() {
        command(0xD3);
        data(0x5A);
        assertThat(status() & (1 | AUX)).as("comes back as keyboard data").isEqualTo(1);
        assertThat(drain()).isEqualTo("5a");
        assertThat(ask(0xA9)).isEqualTo("01");
        assertThat(irq12.rises).isZero();
        command(0xD4);
        data(0xF2);
        assertThat(drain()).isEmpty();
    }

    @Test
    void linuxFindsTheAuxPortWithMouse() {
        build(true);
        command(0xD3);
        data(0x5A);
        assertThat(drain()).isEqualTo("m5a");
        assertThat(ask(0xA9)).isEqualTo("00");
        command(0xA7);
        assertThat(ask(0x20)).isEqualTo("65");
        command(0xA8);
        assertThat(ask(0x20)).isEqualTo("45");
        writeCtr(0x47);
        command(0xD3);
        data(0xA5);
        assertThat(irq12.level).isTrue();
        assertThat(irq1.level).isFalse();
        assertThat(drain()).isEqualTo("ma5");
        assertThat(irq12.level).isFalse();
    }

    @Test
    void mouseAnswersLinux() {
        build(true);
        writeCtr(0x47);
        assertThat(mouse(0xF6)).isEqualTo("mfa");
        assertThat(mouse(0xF2)).isEqualTo("mfa m00");
        assertThat(mouse(0xFF)).isEqualTo("mfa maa m00");
        assertThat(mouse(0xE8, 0x03, 0xF3, 0x28, 0xE7)).isEqualTo("mfa mfa mfa mfa mfa");
        assertThat(mouse(0xE9)).isEqualTo("mfa m10 m03 m28");
        assertThat(mouse(0xE8, 0x04)).isEqualTo("mfa mfc");
        assertThat(mouse(0xE1)).isEqualTo("mfe");
        assertThat(mouse(0xEE, 0x42, 0xEC)).as("wrap mode").isEqualTo("mfa m42 mfa");
        assertThat(mouse(0xEB)).isEqualTo("mfa m08 m00 m00");
    }

    @Test
    void mouseReportsMovesWhenEnabled() {
        build(true);
        writeCtr(0x47);
        controller.moveMouse(1, 1, 0);
        assertThat(drain()).isEmpty();
        mouse(0xF4);
        controller.moveMouse(5, -3, 1);
        assertThat(irq12.level).isTrue();
        assertThat(drain()).isEqualTo("m29 m05 mfd");
        controller.moveMouse(-1000, 1000, 0);
        assertThat(drain()).isEqualTo("m18 m01 mff");
        for (int i = 0; i < 1000; i++) {
            controller.moveMouse(1, 0, 0);
        }
        assertThat(drain().split(" ")).as("bounded, whole packets").hasSize(48);
    }

    @Test
    void resetForgetsInputAndModes() {
        keyboard(0xF5);
        writeCtr(0x00);
        controller.reset();
        controller.key(0x10, true);
        assertThat(irq1.level).isTrue();
        controller.reset();
        assertThat(irq1.level).isFalse();
        assertThat(drain()).isEmpty();
        assertThat(ask(0x20)).isEqualTo("65");
    }

    @Test
    void savedStateContinues() throws StateFormatException {
        build(true);
        writeCtr(0x47);
        mouse(0xF4);
        controller.key(0xE048, true);
        controller.key(0x10, false);
        controller.moveMouse(1, 2, 0);
        StateWriter writer = new StateWriter();
        controller.saveState(writer);
        String rest = drain();
        build(true);
        controller.loadState(new StateReader(writer.toByteArray()));
        assertThat(drain()).isEqualTo(rest).isEqualTo("e0 48 90 m08 m01 m02");
        build(false);
        assertThatThrownBy(() -> controller.loadState(new StateReader(writer.toByteArray())))
                .isInstanceOf(StateFormatException.class);
    }
}
