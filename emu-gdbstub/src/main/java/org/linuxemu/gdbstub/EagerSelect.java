package org.linuxemu.gdbstub;

import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.util.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Has the event loop look for the next packet for a while before it goes to sleep. A debugger's
 * packets come in bursts, each as soon as the one before has been answered, and to be woken up by
 * the host for each costs both sides more than to serve it. Event loop only.
 */
final class EagerSelect implements SelectStrategy, SelectStrategyFactory {
    /** Longer than a debugger thinks between two packets of one command, in nanoseconds. */
    static final long PATIENCE = 300_000;

    private final LongSupplier nanoTime;
    private final boolean possible;
    private boolean eager;
    private long start;

    /**
     * Never looks on a host with one processor, where the debugger could not think meanwhile.
     *
     * @param nanoTime the host's clock
     */
    EagerSelect(LongSupplier nanoTime, int processors) {
        this.nanoTime = nanoTime;
        this.possible = processors > 1;
    }

    /** Something was sent: an answer may follow soon. */
    void expect() {
        if (possible) {
            eager = true;
            start = nanoTime.getAsLong();
        }
    }

    @Override
    public SelectStrategy newSelectStrategy() {
        return this;
    }

    @Override
    public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
        if (eager) {
            if (nanoTime.getAsLong() - start > PATIENCE) {
                eager = false;
            } else {
                // To look without giving way was slower than to sleep: the debugger or the terminal
                // that it writes to may be waiting for just this processor.
                Thread.yield();
            }
        }
        return eager || hasTasks ? selectNow.get() : SELECT;
    }
}
