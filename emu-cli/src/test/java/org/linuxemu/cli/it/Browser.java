package org.linuxemu.cli.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A headless Chromium, driven by its DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final long SECONDS = 120;

    private final Process process;
    private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private WebSocket socket;
    private int lastId;

    private Browser(Process process) {
        this.process = process;
    }

    static boolean installed() {
        return Files.isExecutable(PROGRAM);
    }

    /** Opens a page. */
    static Browser open(Path profile, String address) throws Exception {
        Process process =
                new ProcessBuilder(
                                PROGRAM.toString(),
                                "--headless=new",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--no-first-run",
                                "--window-size=900,700",
                                "--remote-debugging-port=0",
                                "--remote-allow-origins=*",
                                "--user-data-dir=" + profile,
                                address)
                        .redirectErrorStream(true)
                        .start();
        Browser browser = new Browser(process);
        String port = browser.awaitPort();
        Thread drain = new Thread(browser::drain);
        drain.setDaemon(true);
        drain.start();
        HttpClient client = HttpClient.newHttpClient();
        Pattern page =
                Pattern.compile(
                        "\"type\": \"page\".*?\"webSocketDebuggerUrl\": \"([^\"]+)\"",
                        Pattern.DOTALL);
        for (int i = 0; i < SECONDS * 5; i++) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json"))
                            .build();
            String list = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            Matcher matcher = page.matcher(list);
            if (matcher.find()) {
                browser.socket =
                        client.newWebSocketBuilder()
                                .buildAsync(URI.create(matcher.group(1)), browser.new Listener())
                                .join();
                return browser;
            }
            Thread.sleep(200);
        }
        throw new AssertionError("chromium shows no page");
    }

    private String awaitPort() throws IOException {
        BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line; (line = reader.readLine()) != null; ) {
            said.append(line).append('\n');
            Matcher matcher =
                    Pattern.compile("DevTools listening on ws://[^:]+:(\\d+)/").matcher(line);
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        throw new AssertionError("chromium did not start:\n" + said);
    }

    private void drain() {
        try {
            process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            return; // it has ended
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                messages.add(text.toString());
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }
    }

    private String call(String method, String parameters) throws InterruptedException {
        int id = ++lastId;
        socket.sendText(
                        "{\"id\":"
                                + id
                                + ",\"method\":\""
                                + method
                                + "\",\"params\":"
                                + parameters
                                + "}",
                        true)
                .join();
        while (true) {
            String message = messages.poll(SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no answer to " + method);
            }
            if (message.contains("\"id\":" + id + ",")) {
                return message;
            }
        }
    }

    /** The value of a JavaScript expression that makes a string; escapes are left as in JSON. */
    String evaluate(String expression) throws InterruptedException {
        String answer =
                call(
                        "Runtime.evaluate",
                        "{\"expression\":\"" + expression.replace("\"", "\\\"") + "\"}");
        Matcher matcher =
                Pattern.compile("\"value\":\"((?:[^\"\\\\]++|\\\\.)*+)\"").matcher(answer);
        return matcher.find() ? matcher.group(1).replace("\\n", "\n") : answer;
    }

    /** Waits until the page's screen has a text. */
    String awaitScreen(String text) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(100);
        while (true) {
            String screen = evaluate("document.getElementById('screen').innerText");
            if (screen.contains(text)) {
                return screen;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no \"" + text + "\" on\n" + screen);
            }
            Thread.sleep(300);
        }
    }

    /** Presses the key of a letter, digit or Enter, as the browser names it. */
    void press(String code) throws InterruptedException {
        for (String type : new String[] {"rawKeyDown", "keyUp"}) {
            call(
                    "Input.dispatchKeyEvent",
                    "{\"type\":\"" + type + "\",\"code\":\"" + code + "\",\"key\":\"x\"}");
        }
    }

    void screenshot(Path file) throws Exception {
        String answer = call("Page.captureScreenshot", "{\"format\":\"png\"}");
        Matcher matcher = Pattern.compile("\"data\":\"([^\"]+)\"").matcher(answer);
        if (!matcher.find()) {
            throw new AssertionError(answer);
        }
        Files.write(file, Base64.getDecoder().decode(matcher.group(1)));
    }

    @Override
    public void close() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
    }
}
