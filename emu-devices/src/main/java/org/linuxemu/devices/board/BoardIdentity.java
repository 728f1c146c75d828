package org.linuxemu.devices.board;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;

/**
 * What a machine is made of, as the first part of its saved state: only an equal machine can load
 * it.
 */
final class BoardIdentity implements Stateful {
    private static final String SECTION = "machine";
    private static final int MAX_ITEMS = 64;

    private final String[] names = {"memory", "processor", "ACPI", "isa-debug-exit"};
    private final String[] values;

    BoardIdentity(PcConfig config) {
        StringBuilder features = new StringBuilder();
        for (String feature : config.model().features()) {
            features.append(features.length() == 0 ? "" : " ").append(feature);
        }
        values =
                new String[] {
                    (config.memory() >> 10) + " KiB",
                    features.toString(),
                    config.acpi() ? "on" : "off",
                    config.exitPort() < 0
                            ? "none"
                            : "at " + config.exitPort() + " size " + config.exitPorts()
                };
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        writer.writeInt(names.length);
        for (int i = 0; i < names.length; i++) {
            writer.writeString(names[i]);
            writer.writeString(values[i]);
        }
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        int count = reader.readInt(0, MAX_ITEMS);
        for (int i = 0; i < count; i++) {
            String name = reader.readString();
            String value = reader.readString();
            if (i >= names.length || !name.equals(names[i])) {
                throw new StateFormatException("the saved machine has " + name + " " + value);
            }
            if (!value.equals(values[i])) {
                throw new StateFormatException(difference(name, value, values[i]));
            }
        }
        reader.endSection();
    }

    private static String difference(String name, String saved, String own) {
        if (!name.equals("processor")) {
            return "the saved machine has " + name + " " + saved + ", this one " + own;
        }
        return "the saved machine has a processor"
                + list(" with", saved, own)
                + list(" without", own, saved);
    }

    /**
     * The words of one list that are not in the other, after a heading; nothing if there are none.
     */
    private static String list(String heading, String all, String others) {
        StringBuilder text = new StringBuilder();
        for (String word : all.split(" ")) {
            if (!(" " + others + " ").contains(" " + word + " ")) {
                text.append(text.length() == 0 ? heading + " " : ",").append(word);
            }
        }
        return text.toString();
    }
}
