package org.linuxemu.core.oracle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Mnemonic.Family;

/** How often each form was compared, and how often in vain. */
final class Coverage {
    private static final String BEGIN = "<!-- oracle: begin -->";
    private static final String END = "<!-- oracle: end -->";

    /** Vectors and mismatches of one form. */
    static final class Count {
        long vectors;
        long mismatches;
    }

    private final Map<Family, Map<String, Count>> families = new EnumMap<>(Family.class);
    private final Map<Object, Count> byRow = new IdentityHashMap<>();
    private final Count undefined = new Count();

    Count of(Instruction i) {
        if (i.entry == null) {
            return undefined;
        }
        Count c = byRow.get(i.entry);
        if (c == null) {
            c =
                    families.computeIfAbsent(i.mnemonic.family, f -> new TreeMap<>())
                            .computeIfAbsent(Report.form(i), f -> new Count());
            byRow.put(i.entry, c);
        }
        return c;
    }

    int forms() {
        int n = 0;
        for (Map<String, Count> forms : families.values()) {
            n += forms.size();
        }
        return n;
    }

    long mismatches() {
        long n = undefined.mismatches;
        for (Map<String, Count> forms : families.values()) {
            for (Count c : forms.values()) {
                n += c.mismatches;
            }
        }
        return n;
    }

    /** Families in the table's order, forms in alphabetical order; with counts. */
    String table() {
        StringBuilder s = new StringBuilder();
        for (Map.Entry<Family, Map<String, Count>> family : families.entrySet()) {
            s.append("\n### ").append(family.getKey()).append("\n\n");
            s.append("| form | vectors | mismatches |\n|---|---:|---:|\n");
            for (Map.Entry<String, Count> form : family.getValue().entrySet()) {
                Count c = form.getValue();
                s.append("| ").append(form.getKey()).append(" | ").append(c.vectors);
                s.append(" | ").append(c.mismatches).append(" |\n");
            }
        }
        s.append("\n### Undefined encodings (#UD)\n\n");
        s.append(undefined.vectors).append(" vectors, ").append(undefined.mismatches);
        s.append(" mismatches.\n\n### Not compared\n\n| instruction | reason |\n|---|---|\n");
        for (Mnemonic m : Mnemonic.values()) {
            if (CoveredRows.exclusion(m) != null) {
                s.append("| ").append(m).append(" | ").append(CoveredRows.exclusion(m));
                s.append(" |\n");
            }
        }
        return s.toString();
    }

    /** Replaces the generated part of {@code docs/isa.md}. */
    void writeTo(Path file, long vectors, long seed) throws IOException {
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        String head =
                String.format(
                        "%n%n%,d vectors, seed %d, %s, on %s: %d forms, %d mismatches.%n",
                        vectors,
                        seed,
                        LocalDate.now(java.time.ZoneOffset.UTC),
                        HostFeatures.model(),
                        forms(),
                        mismatches());
        Files.writeString(
                file, text.substring(0, begin) + head + table() + "\n" + text.substring(end));
    }
}
