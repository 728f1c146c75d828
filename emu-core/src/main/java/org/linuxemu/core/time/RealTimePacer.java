package org.linuxemu.core.time;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Paces idle time to the host's monotonic clock, so that {@code sleep 1} takes a second. A guest
 * that has fallen behind, because it computed in the meantime, catches up by at most {@link
 * #MAX_CATCH_UP}.
 */
public final class RealTimePacer implements HostPacer {
    /** How much idle time, in nanoseconds, is skipped to make up for busy time. */
    public static final long MAX_CATCH_UP = 20_000_000L;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private boolean wakeRequested;
    private boolean anchored;

    /** The host time that corresponds to guest cycle 0. */
    private long anchor;

    @Override
    public long awaitIdle(long now, long deadline) {
        lock.lock();
        try {
            long host = System.nanoTime();
            long behind = anchored ? host - anchor - now : 0;
            if (!anchored || behind > MAX_CATCH_UP || behind < -MAX_CATCH_UP) {
                anchored = true;
                anchor = host - now - Math.max(0, Math.min(behind, MAX_CATCH_UP));
            }
            while (!wakeRequested) {
                long guest = System.nanoTime() - anchor;
                if (guest >= deadline) {
                    return deadline;
                }
                if (deadline == EventScheduler.NEVER) {
                    woken.await();
                } else {
                    woken.await(deadline - guest, TimeUnit.NANOSECONDS);
                }
            }
            wakeRequested = false;
            return Math.max(now, Math.min(deadline, System.nanoTime() - anchor));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            wakeRequested = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
