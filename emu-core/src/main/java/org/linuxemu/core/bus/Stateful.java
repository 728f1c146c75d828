package org.linuxemu.core.bus;

/**
 * Something whose whole state can be saved and restored. Each object writes one section named after
 * itself and restores everything the guest could notice; wiring (who is connected to whom) is not
 * state. Loading must not drive interrupt lines or call other devices: their state is loaded too.
 */
public interface Stateful {
    /** Appends this object's state as one section. Has no side effect on the object. */
    void saveState(StateWriter writer);

    /**
     * Replaces this object's state by a section written by {@link #saveState}.
     *
     * @throws StateFormatException if the section is not one of this object's, or is damaged; the
     *     object may then hold a mix of old and new state, each field in its valid range
     */
    void loadState(StateReader reader) throws StateFormatException;
}
