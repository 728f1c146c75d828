package org.linuxemu.core.debug;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Actions on their way to the machine thread. Any thread posts; the machine thread looks at {@link
 * #pending} now and then, which is one volatile read, and runs the actions at an instruction
 * boundary.
 *
 * <p>While the machine is stopped its thread lends it: another thread may {@link #borrow} it, act
 * in its place and {@link #giveBack}. That spares a debugger's short commands two changes of
 * thread.
 */
public final class MachineMailbox {
    private final ConcurrentLinkedQueue<Runnable> actions = new ConcurrentLinkedQueue<>();
    private volatile boolean pending;
    private volatile boolean closed;
    private volatile Thread waiter;
    private volatile Runnable wake;

    private static final int HELD = 0;
    private static final int LENT = 1;
    private static final int BORROWED = 2;
    private final AtomicInteger holder = new AtomicInteger(HELD);

    /** Sets what else has to be woken when an action is posted; it runs on the posting thread. */
    public void onPost(Runnable action) {
        wake = action;
    }

    /**
     * Adds an action; actions run in the order of posting.
     *
     * @return false when the machine has ended and the action will not run
     */
    public boolean post(Runnable action) {
        if (closed) {
            return false;
        }
        actions.add(action);
        pending = true;
        Runnable other = wake;
        if (other != null) {
            other.run();
        }
        Thread thread = waiter;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
        // The machine may have ended in between; whoever takes the action out of the queue decides
        // its fate.
        return !closed || !actions.remove(action);
    }

    /** True when actions wait. Any thread. */
    public boolean pending() {
        return pending;
    }

    /** Machine thread: runs the actions that wait. */
    public void runPending() {
        while (pending) {
            pending = false;
            Runnable action;
            while ((action = actions.poll()) != null) {
                run(action);
            }
        }
    }

    /**
     * Machine thread: waits until an action is posted or the time is over, and may return early.
     *
     * @param nanos host time in nanoseconds; 0 or less returns at once
     */
    public void awaitPending(long nanos) {
        waiter = Thread.currentThread();
        try {
            if (!pending && nanos > 0) {
                LockSupport.parkNanos(this, nanos);
            }
        } finally {
            waiter = null;
        }
    }

    /** Machine thread: lends the machine until an action is posted, or {@link #callBack}. */
    void lend() {
        Thread thread = Thread.currentThread();
        waiter = thread;
        holder.set(LENT);
        while (!pending || !holder.compareAndSet(LENT, HELD)) {
            LockSupport.park(this);
            Thread.interrupted(); // or it would not wait any more
        }
        waiter = null;
    }

    /**
     * Any other thread: takes a lent machine, unless actions wait, whose turn it is. After that
     * everything that the machine thread may do is allowed until {@link #giveBack}.
     */
    boolean borrow() {
        if (pending || !holder.compareAndSet(LENT, BORROWED)) {
            return false;
        }
        if (pending) {
            giveBack();
            return false;
        }
        return true;
    }

    /** Ends what {@link #borrow} began. */
    void giveBack() {
        holder.set(LENT);
        Thread thread = waiter;
        if (pending && thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Has the machine thread take the machine back as soon as it is not borrowed. */
    void callBack() {
        pending = true;
        Thread thread = waiter;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Machine thread: refuses further actions and drops those that wait; futures among them are
     * cancelled, {@link PostedAction}s told.
     */
    void close() {
        closed = true;
        Runnable action;
        while ((action = actions.poll()) != null) {
            if (action instanceof Future<?> future) {
                future.cancel(false);
            } else if (action instanceof PostedAction posted) {
                posted.dropped();
            }
        }
    }

    static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            // A debugger's mistake must not end the guest.
            Logger log = LoggerFactory.getLogger(MachineMailbox.class);
            log.error("an action on the machine thread failed", e);
        }
    }
}
