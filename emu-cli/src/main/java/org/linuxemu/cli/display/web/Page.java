package org.linuxemu.cli.display.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The page: one file, with nothing to fetch from anywhere. */
final class Page {
    private Page() {}

    static String html(String title) {
        String escaped = title.replace("&", "&amp;").replace("<", "&lt;");
        try (InputStream in = Page.class.getResourceAsStream("/org/linuxemu/cli/screen.html")) {
            String page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return page.replace("@TITLE@", escaped);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the jar is broken
        }
    }
}
