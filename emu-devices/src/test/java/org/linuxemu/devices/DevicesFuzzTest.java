package org.linuxemu.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.devices.acpi.AcpiPowerManagement;
import org.linuxemu.devices.apic.IoApic;
import org.linuxemu.devices.apic.LocalApic;
import org.linuxemu.devices.hpet.Hpet;
import org.linuxemu.devices.misc.DiagnosticPort;
import org.linuxemu.devices.misc.ResetControl;
import org.linuxemu.devices.misc.SystemControlPortA;
import org.linuxemu.devices.misc.TimeState;
import org.linuxemu.devices.pic.PicPair;
import org.linuxemu.devices.pit.Pit8254;
import org.linuxemu.devices.pit.SystemControlPortB;
import org.linuxemu.devices.ps2.I8042;
import org.linuxemu.devices.rtc.Mc146818Rtc;
import org.linuxemu.devices.uart.NullSerialBackend;
import org.linuxemu.devices.uart.Uart16550;

/**
 * A guest that does anything to all devices at once: nothing throws, nothing runs away, and the
 * same accesses at the same cycles always lead to the same state.
 */
class DevicesFuzzTest {
    private static final int[] PORTS = {
        0x20, 0x21, 0xA0, 0xA1, 0x4D0, 0x4D1, 0x40, 0x41, 0x42, 0x43, 0x60, 0x61, 0x64, 0x70, 0x71,
        0x80, 0x92, 0xCF9, 0x3F8, 0x3F9, 0x3FA, 0x3FB, 0x3FC, 0x3FD, 0x3FE, 0x3FF, 0x600, 0x602,
        0x604, 0x608
    };

    /** The devices, wired as on the board. */
    private static final class Devices {
        private final TestTime time = new TestTime();
        private final IoPortBus bus = new IoPortBus();
        private final PicPair pic = new PicPair();
        private final Uart16550 uart;
        private final I8042 keyboardController;
        private final LocalApic apic;
        private final IoApic ioApic;
        private final Hpet hpet;
        private final Stateful[] all;
        private long digest;

        Devices() {
            TestMachine machine = new TestMachine();
            apic = new LocalApic(time.clock, time.scheduler, pic, IrqLine.UNCONNECTED);
            ioApic = new IoApic(apic);
            IrqLine[] inputs = new IrqLine[IoApic.INPUT_COUNT];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = ioApic.line(i);
            }
            hpet = new Hpet(time.clock, time.scheduler, inputs, pic.line(0), pic.line(8));
            AcpiPowerManagement acpi =
                    new AcpiPowerManagement(time.clock, time.scheduler, ioApic.line(9), machine);
            Pit8254 pit = new Pit8254(time.clock, time.scheduler, hpet.pitInput());
            SystemControlPortB port61 = new SystemControlPortB(pit);
            keyboardController = new I8042(machine, pic.line(1), pic.line(12), true);
            uart =
                    new Uart16550(
                            "uart0",
                            time.clock,
                            time.scheduler,
                            pic.line(4),
                            new NullSerialBackend());
            Mc146818Rtc rtc =
                    new Mc146818Rtc(time.clock, time.scheduler, hpet.rtcInput(), 1_700_000_000L);
            DiagnosticPort port80 = new DiagnosticPort();
            SystemControlPortA port92 = new SystemControlPortA(machine);
            ResetControl resetControl = new ResetControl(machine);
            bus.register(0x20, 2, pic.masterPorts());
            bus.register(0xA0, 2, pic.slavePorts());
            bus.register(0x4D0, 2, pic.elcrPorts());
            bus.register(0x40, 4, pit);
            bus.register(0x61, 1, port61);
            bus.register(0x60, 1, keyboardController.dataPort());
            bus.register(0x64, 1, keyboardController.commandPort());
            bus.register(0x70, 2, rtc);
            bus.register(0x80, 1, port80);
            bus.register(0x92, 1, port92);
            bus.register(ResetControl.FIRST_PORT, ResetControl.PORT_COUNT, resetControl);
            bus.register(0x3F8, 8, uart);
            bus.register(0x600, AcpiPowerManagement.PORT_COUNT, acpi);
            all =
                    new Stateful[] {
                        new TimeState(time.clock, time.scheduler),
                        pic,
                        apic,
                        ioApic,
                        hpet,
                        acpi,
                        pit,
                        port61,
                        keyboardController,
                        uart,
                        rtc,
                        port80,
                        port92,
                        resetControl
                    };
        }

        void step(Random random) {
            int port = PORTS[random.nextInt(PORTS.length)];
            int size = 1 << random.nextInt(3);
            int value = random.nextBoolean() ? random.nextInt() : random.nextInt(256);
            int delay = random.nextInt(100) == 0 ? 2_000_000 : 2_000;
            switch (random.nextInt(20)) {
                case 0:
                    time.skip(random.nextInt(3_000));
                    break;
                case 1:
                    keyboardController.key(value & 0xE07F, random.nextBoolean());
                    break;
                case 2:
                    keyboardController.moveMouse(value >> 16, (short) value, value);
                    break;
                case 3:
                    uart.receive(value);
                    break;
                case 4:
                    if (apic.isPending()) {
                        note(apic.acknowledge());
                    }
                    break;
                case 11:
                    stepMemory(random, 4 << random.nextInt(2), value);
                    break;
                case 5:
                    if (random.nextInt(500) == 0) {
                        for (Stateful device : all) {
                            if (device instanceof Resettable) {
                                ((Resettable) device).reset();
                            }
                        }
                    }
                    break;
                case 6:
                case 7:
                case 8:
                case 9:
                case 10:
                    note(bus.in(port, size));
                    break;
                default:
                    bus.out(port, size, value);
                    break;
            }
            time.run(random.nextInt(delay));
        }

        private void stepMemory(Random random, int size, int value) {
            long wide = (long) value << (random.nextInt(4) == 0 ? 32 : 0) | (value & 0xFFFF);
            int register = 16 * random.nextInt(64);
            if (random.nextBoolean()) {
                // Keep it enabled, or nothing would ever come through.
                apic.write(0xF0, 4, 0x1FF);
                apic.setTaskPriorityClass(random.nextInt(4));
                apic.write(register, size, wide);
                ioApic.write(0x00, size, random.nextInt(0x40));
                ioApic.write(0x10, size, wide & ~0x10000);
                hpet.write(8 * random.nextInt(48), size, wide);
                apic.setTscDeadline(time.clock.cycles() + value);
            } else {
                note((int) apic.read(register, size));
                note((int) ioApic.read(0x10, size));
                note((int) hpet.read(8 * random.nextInt(48), size));
                apic.setGloballyEnabled(random.nextInt(50) != 0);
            }
        }

        private void note(int value) {
            digest = digest * 31 + value;
        }

        byte[] save() {
            StateWriter writer = new StateWriter();
            for (Stateful device : all) {
                device.saveState(writer);
            }
            writer.writeLong(digest);
            return writer.toByteArray();
        }

        void load(byte[] state) throws StateFormatException {
            StateReader reader = new StateReader(state);
            for (Stateful device : all) {
                device.loadState(reader);
            }
            digest = reader.readLong();
        }
    }

    @Test
    void sameAccessesLeadToTheSameStateAlsoThroughASavedState() throws StateFormatException {
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            Random sameRandom = new Random(seed);
            Devices devices = new Devices();
            Devices moved = new Devices();
            for (int i = 0; i < 20_000; i++) {
                devices.step(random);
                moved.step(sameRandom);
                if (i % 1_000 == 500) {
                    byte[] state = moved.save();
                    assertThat(state).as("seed %d step %d", seed, i).isEqualTo(devices.save());
                    moved = new Devices();
                    moved.load(state);
                }
            }
            assertThat(moved.save()).as("seed %d", seed).isEqualTo(devices.save());
        }
    }

    /** A saved state that was tampered with is refused, or is the state of a machine that runs. */
    @Test
    void damagedStatesAreRefusedOrRun() throws StateFormatException {
        Random random = new Random(99);
        Devices source = new Devices();
        int refused = 0;
        for (int round = 0; round < 1_500; round++) {
            for (int i = 0; i < 50; i++) {
                source.step(random);
            }
            byte[] state = source.save();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                state[8 + random.nextInt(state.length - 12)] ^= (byte) (1 << random.nextInt(8));
            }
            CRC32 crc = new CRC32();
            crc.update(state, 0, state.length - 4);
            for (int i = 0; i < 4; i++) {
                state[state.length - 4 + i] = (byte) (crc.getValue() >>> (24 - 8 * i));
            }
            Devices target = new Devices();
            try {
                target.load(state);
            } catch (StateFormatException expected) {
                refused++;
                continue;
            }
            // Time itself may have been damaged; going on from there is all that is asked.
            if (target.time.clock.cycles() < source.time.clock.cycles() + 1_000_000_000L) {
                for (int i = 0; i < 50; i++) {
                    target.step(random);
                }
            }
        }
        assertThat(refused).isBetween(500, 1_450);
    }
}
