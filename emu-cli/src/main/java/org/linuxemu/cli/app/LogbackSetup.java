package org.linuxemu.cli.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.linuxemu.cli.machine.LogItem;

/**
 * Sets logback up without a configuration file: warnings to standard error, or to the file of
 * {@code -D}. Each item of {@code -d} is a logger {@code guest.ITEM} that is silent unless asked
 * for; stack traces are printed only with the item emulator.
 */
public final class LogbackSetup extends ContextAwareBase implements Configurator {
    /** Loggers of the items are called this and the item's key. */
    private static final String PREFIX = "guest.";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        String items = System.getProperty(Logging.ITEMS, "");
        String file = System.getProperty(Logging.FILE);
        boolean traces = false;
        context.getLogger("guest").setLevel(Level.WARN);
        context.getLogger("org.linuxemu").setLevel(Level.WARN);
        for (String key : items.split(",", -1)) {
            LogItem item = LogItem.named(key);
            if (item == LogItem.EMULATOR) {
                traces = true;
                context.getLogger("org.linuxemu").setLevel(Level.DEBUG);
            } else if (item != null) {
                context.getLogger(PREFIX + key).setLevel(Level.TRACE);
            }
        }
        LineEncoder encoder = new LineEncoder(traces, file != null);
        encoder.setContext(context);
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender = appender(file);
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static OutputStreamAppender<ILoggingEvent> appender(String file) {
        if (file == null) {
            ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
            console.setTarget("System.err");
            return console;
        }
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setFile(file);
        appender.setAppend(true);
        return appender;
    }

    /**
     * One line for each event. No time: the host's clock has no place in a run that can be
     * repeated.
     */
    private static final class LineEncoder extends EncoderBase<ILoggingEvent> {
        private static final byte[] NOTHING = {};

        private final boolean traces;
        private final boolean bare;

        LineEncoder(boolean traces, boolean bare) {
            this.traces = traces;
            this.bare = bare;
        }

        @Override
        public byte[] headerBytes() {
            return NOTHING;
        }

        @Override
        public byte[] encode(ILoggingEvent event) {
            StringBuilder line = new StringBuilder(120);
            if (!bare) {
                line.append("emu: ");
            }
            String name = event.getLoggerName();
            if (!name.startsWith(PREFIX)) {
                line.append(level(event.getLevel())).append(": ");
            }
            line.append(event.getFormattedMessage());
            if (event.getThrowableProxy() instanceof ThrowableProxy proxy) {
                line.append(": ").append(proxy.getThrowable());
                if (traces) {
                    StringWriter trace = new StringWriter();
                    proxy.getThrowable().printStackTrace(new PrintWriter(trace, true));
                    line.append('\n').append(trace.toString().stripTrailing());
                }
            }
            return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        }

        private static String level(Level level) {
            switch (level.toInt()) {
                case Level.ERROR_INT:
                    return "error";
                case Level.WARN_INT:
                    return "warning";
                case Level.INFO_INT:
                    return "info";
                default:
                    return "debug";
            }
        }

        @Override
        public byte[] footerBytes() {
            return NOTHING;
        }
    }
}
