package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The guest's own screen and keyboard, in a real browser. */
class WebDisplayIT {
    @TempDir(cleanup = CleanupMode.NEVER)
    Path directory;

    private static int status(String address) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address)).build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aBrowserShowsTheScreenAndTypes() throws Exception {
        assumeTrue(
                Browser.installed(),
                "no chromium (package chromium): the web display is not shown to a browser");
        try (GuestSession guest =
                GuestSession.start(
                        "-kernel",
                        Images.slim().toString(),
                        "-initrd",
                        Images.busybox().toString(),
                        "-display",
                        "web")) {
            String address = address(guest);
            assertThat(status(address)).isEqualTo(200);
            assertThat(status(address.replaceAll("/[0-9a-f]+/$", "/"))).isEqualTo(404);
            assertThat(status(address.replaceAll("./$", "x/"))).isEqualTo(404);
            try (Browser browser = Browser.open(directory.resolve("one"), address);
                    Browser viewer = Browser.open(directory.resolve("two"), address)) {
                browser.awaitScreen("/ # ");
                browser.press("KeyL");
                browser.press("KeyS");
                browser.press("Enter");
                String screen = browser.awaitScreen("/ # ls");
                screen = browser.awaitScreen("sbin");
                assertThat(screen).contains("bin").contains("proc").contains("tmp");
                // Whoever else looks sees the same, and types into the same guest.
                assertThat(viewer.awaitScreen("sbin")).isEqualTo(screen);
                viewer.press("KeyL");
                browser.awaitScreen("/ # l");
                viewer.press("Backspace");
                browser.screenshot(Path.of("target", "web-display.png"));
                for (String key :
                        "KeyP KeyO KeyW KeyE KeyR KeyO KeyF KeyF Space Minus KeyF Enter"
                                .split(" ")) {
                    browser.press(key);
                }
                assertThat(guest.exitStatus()).isZero();
                assertThat(browser.evaluate("document.getElementById('status').textContent"))
                        .isEqualTo("the emulator has ended");
            }
        }
    }

    private static String address(GuestSession guest) throws InterruptedException {
        Pattern pattern =
                Pattern.compile("the screen is at (http://127\\.0\\.0\\.1:\\d+/[0-9a-f]{32}/)");
        for (int i = 0; i < 600; i++) {
            Matcher matcher = pattern.matcher(guest.errors());
            if (matcher.find()) {
                return matcher.group(1);
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no address in " + guest.errors());
    }
}
