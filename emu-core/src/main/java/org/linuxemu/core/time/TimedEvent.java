package org.linuxemu.core.time;

/**
 * Something that happens at a cycle. A device makes its events once, registers them with the {@link
 * EventScheduler} and arms them again and again; the object itself is the queue entry.
 */
public abstract class TimedEvent {
    static final int NOT_QUEUED = -1;

    private final String name;

    // Owned by the scheduler.
    long deadline;
    long sequence;
    int heapIndex = NOT_QUEUED;

    /** The name identifies the event in saved states: unique in the machine and stable. */
    protected TimedEvent(String name) {
        this.name = name;
    }

    /**
     * The deadline has come; the event is no longer queued. The processor may have passed the
     * deadline by the length of one instruction, so devices compute from {@code deadline}, not from
     * the clock. An event that arms itself again here must choose a later cycle than {@code
     * deadline}.
     */
    public abstract void fire(long deadline);

    /** The event's unique name. */
    public final String name() {
        return name;
    }

    /** Whether the event is queued. */
    public final boolean isScheduled() {
        return heapIndex != NOT_QUEUED;
    }

    /** The cycle it is queued for; meaningful only while it is scheduled. */
    public final long deadline() {
        return deadline;
    }

    /**
     * False for an event of the host, which the guest cannot notice: it is left out of saved
     * states.
     */
    public boolean ofTheMachine() {
        return true;
    }

    @Override
    public final String toString() {
        return isScheduled() ? name + "@" + deadline : name;
    }
}
