package org.linuxemu.cli.options;

import java.util.ArrayList;
import java.util.List;

/** The options of a command line with their values as text, in the order given. */
public final class RawOptions {
    @SuppressWarnings({"unchecked", "rawtypes"})
    private final List<String>[] values = new List[Opt.count()];

    /** Adds an occurrence; an option without a value counts once and has the empty one. */
    void add(Opt option, String value) {
        List<String> list = values[option.ordinal()];
        if (list == null) {
            list = new ArrayList<>(2);
            values[option.ordinal()] = list;
        } else if (!option.takesValue()) {
            return;
        }
        list.add(value);
    }

    /** True when the option was given. */
    public boolean has(Opt option) {
        return values[option.ordinal()] != null;
    }

    /** The last value given, or null. */
    public String last(Opt option) {
        List<String> list = values[option.ordinal()];
        return list == null ? null : list.get(list.size() - 1);
    }

    /** All values in the order given. */
    public List<String> all(Opt option) {
        List<String> list = values[option.ordinal()];
        return list == null ? List.of() : list;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawOptions that && java.util.Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Opt option : Opt.values()) {
            for (String value : all(option)) {
                text.append(option.dashed()).append('=').append(value).append(' ');
            }
        }
        return text.toString().trim();
    }
}
