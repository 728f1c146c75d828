package org.linuxemu.cli.machine;

import java.util.List;

/**
 * A processor model with changes to its features. Names are as on the command line, in lower case
 * with '.' and '_' left as they are.
 *
 * @param model name of the model; {@link #DEFAULT_MODEL} when the user gave none
 * @param added features to add
 * @param removed features to take away
 */
public record CpuChoice(String model, List<String> added, List<String> removed) {
    /** All that this machine has. */
    public static final String DEFAULT_MODEL = "max";

    /** The default model, unchanged. */
    public static final CpuChoice DEFAULT = new CpuChoice(DEFAULT_MODEL, List.of(), List.of());
}
