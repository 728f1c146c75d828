package org.linuxemu.core.time;

import java.util.Arrays;

/**
 * The queue of timed events, ordered by cycle and, at the same cycle, by the order in which they
 * were armed. Arming, cancelling and firing allocate nothing. After every device access and every
 * {@link #runDue} the processor reads {@link #nextDeadline} anew: it may have moved either way.
 */
public final class EventScheduler {
    /** The value of {@link #nextDeadline} when nothing is queued. */
    public static final long NEVER = Long.MAX_VALUE;

    private TimedEvent[] registered = new TimedEvent[16];
    private int registeredCount;

    /** Binary heap: the parent of index i is (i - 1) / 2, the earliest event is at 0. */
    private TimedEvent[] heap = new TimedEvent[16];

    private int size;
    private long nextSequence;
    private long nextDeadline = NEVER;

    /**
     * Makes an event known, once, before it is first armed.
     *
     * @throws IllegalArgumentException if another event has the same name
     */
    public void register(TimedEvent event) {
        if (find(event.name()) != null) {
            throw new IllegalArgumentException("two events named " + event.name());
        }
        if (registeredCount == registered.length) {
            // Both arrays hold every registered event, so that arming never has to grow one.
            registered = Arrays.copyOf(registered, registeredCount * 2);
            heap = Arrays.copyOf(heap, registeredCount * 2);
        }
        registered[registeredCount++] = event;
    }

    /**
     * Arms the event for {@code cycle}, in place of any earlier arming. A past cycle is due now.
     */
    public void schedule(TimedEvent event, long cycle) {
        int index = event.heapIndex;
        if (index == TimedEvent.NOT_QUEUED) {
            index = size++;
        }
        event.deadline = cycle;
        event.sequence = nextSequence++;
        place(event, index);
        nextDeadline = heap[0].deadline;
    }

    /** Disarms the event if it is queued. */
    public void cancel(TimedEvent event) {
        int index = event.heapIndex;
        if (index == TimedEvent.NOT_QUEUED) {
            return;
        }
        event.heapIndex = TimedEvent.NOT_QUEUED;
        TimedEvent last = heap[--size];
        heap[size] = null;
        if (last != event) {
            place(last, index);
        }
        nextDeadline = size == 0 ? NEVER : heap[0].deadline;
    }

    /** The cycle of the earliest event, {@link #NEVER} if there is none. */
    public long nextDeadline() {
        return nextDeadline;
    }

    /** Fires, in order, every event whose deadline is {@code now} or earlier. */
    public void runDue(long now) {
        while (nextDeadline <= now && size != 0) {
            TimedEvent event = heap[0];
            long deadline = event.deadline;
            cancel(event);
            event.fire(deadline);
        }
    }

    /** The queued events in the order in which they will fire; for saved states and displays. */
    public TimedEvent[] pending() {
        TimedEvent[] events = Arrays.copyOf(heap, size);
        // Insertion sort: a machine has a dozen events.
        for (int i = 1; i < events.length; i++) {
            TimedEvent event = events[i];
            int j = i;
            for (; j > 0 && before(event, events[j - 1]); j--) {
                events[j] = events[j - 1];
            }
            events[j] = event;
        }
        return events;
    }

    /**
     * Replaces the queue by the one described: {@code names} in firing order, each with its
     * deadline.
     *
     * @throws IllegalArgumentException if a name is not registered or comes twice, or the deadlines
     *     are not in order; the queue is then unchanged
     */
    public void restorePending(String[] names, long[] deadlines) {
        TimedEvent[] events = new TimedEvent[names.length];
        for (int i = 0; i < names.length; i++) {
            events[i] = find(names[i]);
            if (events[i] == null) {
                throw new IllegalArgumentException("unknown event " + names[i]);
            }
            if (i > 0 && deadlines[i] < deadlines[i - 1]) {
                throw new IllegalArgumentException("event queue out of order at " + names[i]);
            }
            for (int j = 0; j < i; j++) {
                if (events[j] == events[i]) {
                    throw new IllegalArgumentException("event queued twice: " + names[i]);
                }
            }
        }
        while (size != 0) {
            cancel(heap[0]);
        }
        for (int i = 0; i < events.length; i++) {
            schedule(events[i], deadlines[i]);
        }
    }

    private TimedEvent find(String name) {
        for (int i = 0; i < registeredCount; i++) {
            if (registered[i].name().equals(name)) {
                return registered[i];
            }
        }
        return null;
    }

    /** Puts the event at the index, then up or down to where the heap order wants it. */
    private void place(TimedEvent event, int start) {
        int index = start;
        while (index > 0) {
            int parent = (index - 1) >> 1;
            if (!before(event, heap[parent])) {
                break;
            }
            move(heap[parent], index);
            index = parent;
        }
        if (index == start) {
            index = sink(event, index);
        }
        move(event, index);
    }

    private int sink(TimedEvent event, int start) {
        int index = start;
        int child = 2 * index + 1;
        while (child < size) {
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], event)) {
                break;
            }
            move(heap[child], index);
            index = child;
            child = 2 * index + 1;
        }
        return index;
    }

    private void move(TimedEvent event, int index) {
        heap[index] = event;
        event.heapIndex = index;
    }

    private static boolean before(TimedEvent a, TimedEvent b) {
        return a.deadline < b.deadline || (a.deadline == b.deadline && a.sequence < b.sequence);
    }
}
