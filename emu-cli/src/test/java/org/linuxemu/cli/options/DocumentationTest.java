package org.linuxemu.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DocumentationTest {
    @Test
    void helpIsGroupedAndShowsEveryOption() {
        String help = Documentation.help();
        int at = 0;
        for (OptGroup group : OptGroup.values()) {
            int next = help.indexOf("\n" + group.heading() + ":\n");
            assertThat(next).as(group.heading()).isGreaterThan(at);
            at = next;
        }
        for (Opt option : Opt.values()) {
            if (option.description() != null) {
                String left =
                        option.takesValue()
                                ? option.dashed() + " " + option.label()
                                : option.dashed();
                assertThat(help).contains("\n  " + left + " ");
            }
        }
        assertThat(help.lines()).allMatch(line -> line.length() <= 120);
        assertThat(help).doesNotContain("%").doesNotContain("null,\n").contains("Ctrl-a x");
    }

    @Test
    void manPageHasEveryOption() throws UsageException {
        String page = Documentation.generate("man", "1.2.3");
        assertThat(page).startsWith(".TH EMU 1 \"\" \"emu 1.2.3\"").contains(".SS The machine\n");
        for (Opt option : Opt.values()) {
            if (option.description() != null) {
                assertThat(page)
                        .contains(".TP\n\\fB" + option.dashed().replace("-", "\\-") + "\\fR");
            }
        }
    }

    @Test
    void completionKnowsTheOptions() throws UsageException {
        assertThat(Documentation.generate("completion", "1"))
                .contains("complete -F")
                .contains("'-nographic'");
        assertThatThrownBy(() -> Documentation.generate("zsh", "1"))
                .hasMessageContaining("neither man nor completion");
    }
}
