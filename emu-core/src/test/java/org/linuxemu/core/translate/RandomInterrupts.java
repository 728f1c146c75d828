package org.linuxemu.core.translate;

import java.util.SplittableRandom;
import org.linuxemu.core.cpu.TestMachine;
import org.linuxemu.core.irq.InterruptRequestListener;
import org.linuxemu.core.irq.InterruptSource;
import org.linuxemu.core.state.Rflags;
import org.linuxemu.core.time.TimedEvent;

/**
 * Interrupts of random vectors and NMIs at random cycles, the same for the same seed, and handlers
 * for them: each counts in memory and returns.
 */
final class RandomInterrupts implements InterruptSource {
    private static final long GDT = 0x7000;
    private static final long IDT = 0x8000;
    private static final long HANDLER = 0x9000;

    /** Where handlers count: of interrupts, and of NMIs. */
    static final long COUNT = 0x9800;

    static final long NMI_COUNT = 0x9808;

    private final TestMachine machine;
    private final SplittableRandom random;
    private final TimedEvent event;
    private InterruptRequestListener listener;
    private boolean pending;
    private int vector;

    /** Connects them to a machine, which is changed: descriptor tables, IF. */
    RandomInterrupts(TestMachine machine, long seed) {
        this.machine = machine;
        random = new SplittableRandom(seed);
        machine.put64(GDT + 8, 0x00AF9B000000FFFFL);
        machine.put64(GDT + 16, 0x00CF93000000FFFFL);
        machine.state.gdtrBase = GDT;
        machine.state.gdtrLimit = 23;
        machine.state.idtrBase = IDT;
        machine.state.idtrLimit = 0xFFF;
        machine.code(HANDLER, "48 FF 04 25 00 98 00 00 48 CF"); // incq COUNT; iretq
        machine.code(HANDLER + 16, "48 FF 04 25 08 98 00 00 48 CF"); // incq NMI_COUNT; iretq
        for (int v = 0; v < 256; v++) {
            long handler = v == 2 ? HANDLER + 16 : HANDLER;
            long kind = v % 2 == 0 ? 0x8E00 : 0x8F00; // interrupt and trap gates
            machine.put64(IDT + 16 * v, kind << 32 | 8 << 16 | handler);
            machine.put64(IDT + 16 * v + 8, 0);
        }
        machine.state.setRflags(Rflags.IF | 2);
        machine.cpu.setInterruptSource(this);
        event =
                new TimedEvent("random interrupt") {
                    @Override
                    public void fire(long deadline) {
                        request(deadline);
                    }
                };
        machine.scheduler.register(event);
        machine.scheduler.schedule(event, 1 + random.nextInt(100));
        machine.cpu.stateReplaced();
    }

    private void request(long now) {
        if (random.nextInt(8) == 0) {
            machine.cpu.nmiLine().set(true);
        } else {
            vector = 32 + random.nextInt(224);
            pending = true;
            listener.interruptRequestChanged(true);
        }
        machine.scheduler.schedule(event, now + 1 + random.nextInt(1 << random.nextInt(9)));
    }

    @Override
    public boolean isPending() {
        return pending;
    }

    @Override
    public int acknowledge() {
        pending = false;
        return vector;
    }

    @Override
    public void setListener(InterruptRequestListener newListener) {
        listener = newListener;
    }
}
