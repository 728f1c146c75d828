package org.linuxemu.cli.console;

import java.io.IOException;
import java.io.InputStream;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** A console of Windows, by way of JLine. */
final class WindowsTerminal implements HostTerminal {
    private Terminal terminal;
    private Attributes saved;

    @Override
    public synchronized void enterRawMode(boolean signals) throws IOException {
        terminal = TerminalBuilder.builder().system(true).dumb(false).build();
        saved = terminal.enterRawMode();
        Attributes raw = terminal.getAttributes();
        raw.setLocalFlag(Attributes.LocalFlag.ISIG, signals);
        raw.setOutputFlag(Attributes.OutputFlag.OPOST, false);
        terminal.setAttributes(raw);
    }

    @Override
    public synchronized void restore() {
        if (terminal != null) {
            terminal.setAttributes(saved);
            try {
                terminal.close();
            } catch (IOException e) {
                // It is gone already.
                return;
            } finally {
                terminal = null;
            }
        }
    }

    @Override
    public synchronized int[] size() {
        int columns = terminal == null ? 0 : terminal.getWidth();
        return columns > 0 ? new int[] {columns, terminal.getHeight()} : null;
    }

    @Override
    public synchronized void onResize(Runnable action) {
        if (terminal != null) {
            terminal.handle(Terminal.Signal.WINCH, signal -> action.run());
        }
    }

    @Override
    public synchronized InputStream input() {
        return terminal == null ? System.in : terminal.input();
    }
}
