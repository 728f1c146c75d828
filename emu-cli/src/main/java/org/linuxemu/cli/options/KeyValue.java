package org.linuxemu.cli.options;

import java.util.ArrayList;
import java.util.List;

/**
 * One property of a comma-separated list as in {@code type,key=value,flag}.
 *
 * @param key name of the property
 * @param value its value, {@code on} for a bare word and {@code off} for a word that begins with
 *     "no"
 * @param bare true when there was no '='; then {@link #word} is what was written
 * @param word the item as written
 */
record KeyValue(String key, String value, boolean bare, String word) {
    /**
     * Splits a list. A doubled comma stands for one comma.
     *
     * @param option begins messages
     * @param implied key of the first item when it has no '='; null when there is no such
     */
    static List<KeyValue> list(String option, String text, String implied) throws UsageException {
        List<KeyValue> result = new ArrayList<>();
        List<String> items = split(text);
        for (int i = 0; i < items.size(); i++) {
            String item = items.get(i);
            if (item.isEmpty()) {
                throw new UsageException(option + ": empty item in '" + text + "'");
            }
            int equals = item.indexOf('=');
            if (equals == 0) {
                throw new UsageException(option + ": no name before '=' in '" + text + "'");
            }
            if (equals > 0) {
                result.add(
                        new KeyValue(
                                item.substring(0, equals),
                                item.substring(equals + 1),
                                false,
                                item));
            } else if (i == 0 && implied != null) {
                result.add(new KeyValue(implied, item, true, item));
            } else if (item.length() > 2 && item.startsWith("no")) {
                result.add(new KeyValue(item.substring(2), "off", true, item));
            } else {
                result.add(new KeyValue(item, "on", true, item));
            }
        }
        return result;
    }

    /** Splits at commas; a doubled comma stands for one comma. */
    static List<String> split(String text) {
        List<String> items = new ArrayList<>();
        StringBuilder item = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',' && i + 1 < text.length() && text.charAt(i + 1) == ',') {
                item.append(c);
                i++;
            } else if (c == ',') {
                items.add(item.toString());
                item.setLength(0);
            } else {
                item.append(c);
            }
        }
        items.add(item.toString());
        return items;
    }

    /** The value as a switch. */
    boolean isOn(String option) throws UsageException {
        switch (value) {
            case "on":
            case "yes":
            case "true":
            case "y":
                return true;
            case "off":
            case "no":
            case "false":
            case "n":
                return false;
            default:
                throw new UsageException(
                        option + ": " + key + " is on or off, not '" + value + "'");
        }
    }
}
