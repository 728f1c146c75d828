package org.linuxemu.gdbstub;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.core.debug.PostedAction;
import org.linuxemu.gdbstub.rsp.RspAckHandler;
import org.linuxemu.gdbstub.rsp.RspMessage;
import org.linuxemu.gdbstub.rsp.RspPacket;
import org.linuxemu.gdbstub.rsp.RspReply;
import org.linuxemu.gdbstub.session.Client;
import org.linuxemu.gdbstub.session.GdbSession;
import org.linuxemu.gdbstub.session.StubSettings;

/**
 * The bridge between a Netty channel and a session on the machine thread. Messages go over one at a
 * time, and only while the other side reads its replies, so that neither a flood nor a sleeping
 * client fills memory or holds the machine up. While the machine is stopped short commands are
 * served here, on the channel's thread.
 */
final class GdbConnection extends ChannelInboundHandlerAdapter implements Client {
    private static final int PAUSE_READING = 64;
    private static final int PATIENCE_MILLIS = 2000;
    private static final long ATTACH_NANOS = 500_000;

    private final DebugTarget target;
    private final StubSettings settings;
    private final Runnable onClose;
    private Channel channel;
    private ChannelHandlerContext handler;

    /** Created and used by whoever holds the machine; others ask only whether it is there. */
    private volatile GdbSession session;

    private volatile boolean gone;

    // Guarded by queue.
    private final ArrayDeque<RspMessage> queue = new ArrayDeque<>();
    private boolean busy;
    private boolean readingPaused;
    private int interruptsWaiting;

    private Future<?> keepAlive;

    GdbConnection(DebugTarget target, StubSettings settings, Runnable onClose) {
        this.target = target;
        this.settings = settings;
        this.onClose = onClose;
    }

    /** Stops the guest; the channel may still be on its way to being active. */
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        handler = context;
        // Not channelInactive, which does not come if the channel never becomes active.
        channel.closeFuture().addListener(future -> closed());
        post(() -> session = new GdbSession(target, this, settings));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof RspMessage rsp)) {
            return;
        }
        synchronized (queue) {
            queue.add(rsp);
            if (rsp == RspMessage.Signal.INTERRUPT) {
                interruptsWaiting++;
            }
            if (queue.size() >= PAUSE_READING) {
                pauseReading();
            }
        }
        startWork();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        startWork();
    }

    private void closed() {
        gone = true;
        synchronized (queue) {
            queue.clear();
        }
        target.post(
                () -> {
                    if (session != null) {
                        session.closed();
                    }
                });
        onClose.run();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A reset connection, mostly; the session ends as with an orderly close.
        context.close();
    }

    /**
     * Sends the next message over unless one is there already or the other side does not read. Any
     * thread.
     */
    private void startWork() {
        while (true) {
            boolean brief;
            synchronized (queue) {
                if (busy || gone || !channel.isWritable()) {
                    return;
                }
                if (queue.isEmpty()) {
                    resumeReading();
                    return;
                }
                busy = true;
                brief = queue.peek() instanceof RspPacket packet && packet.isBrief();
            }
            if (!brief || !(session == null ? workSoon() : target.tryNow(this::work))) {
                post(this::workAndGoOn);
                return;
            }
        }
    }

    /**
     * Works as soon as the machine thread has stopped the guest, which it is doing right now: to
     * wait that long takes less time than two changes of thread.
     */
    private boolean workSoon() {
        long start = System.nanoTime();
        do {
            if (target.tryNow(this::work)) {
                return true;
            }
            Thread.yield();
        } while (System.nanoTime() - start < ATTACH_NANOS);
        return false;
    }

    private void workAndGoOn() {
        work();
        startWork();
    }

    private void work() {
        RspMessage message;
        synchronized (queue) {
            message = queue.poll();
            if (message == RspMessage.Signal.INTERRUPT) {
                interruptsWaiting--;
            }
        }
        try {
            if (message != null && session != null) {
                session.handle(message);
            }
        } finally {
            synchronized (queue) {
                busy = false;
            }
        }
    }

    private void pauseReading() {
        if (!readingPaused) {
            readingPaused = true;
            channel.config().setAutoRead(false);
        }
    }

    private void resumeReading() {
        if (readingPaused) {
            readingPaused = false;
            channel.config().setAutoRead(true);
        }
    }

    private void post(Runnable action) {
        PostedAction posted =
                new PostedAction() {
                    @Override
                    public void run() {
                        action.run();
                    }

                    @Override
                    public void dropped() {
                        close();
                    }
                };
        if (!target.post(posted)) {
            close();
        }
    }

    @Override
    public void send(RspReply reply) {
        handler.writeAndFlush(reply, handler.voidPromise());
    }

    @Override
    public void stopAcknowledging() {
        channel.write(RspAckHandler.NO_ACK);
    }

    @Override
    public boolean keepsUp() {
        return channel.isWritable();
    }

    @Override
    public boolean waitForReader() {
        for (int i = 0; i < PATIENCE_MILLIS && !gone; i++) {
            if (channel.isWritable()) {
                return true;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return false;
    }

    @Override
    public boolean interruptWaiting() {
        if (gone) {
            return true;
        }
        synchronized (queue) {
            return interruptsWaiting != 0;
        }
    }

    @Override
    public void forgetInterrupts() {
        synchronized (queue) {
            while (queue.peek() == RspMessage.Signal.INTERRUPT) {
                queue.poll();
                interruptsWaiting--;
            }
        }
    }

    @Override
    public void keepAlive(boolean on) {
        if (on) {
            keepAlive =
                    channel.eventLoop()
                            .scheduleAtFixedRate(this::sendNothing, 1, 1, TimeUnit.SECONDS);
        } else if (keepAlive != null) {
            keepAlive.cancel(false);
            keepAlive = null;
        }
    }

    private void sendNothing() {
        if (channel.isWritable()) {
            channel.writeAndFlush(RspReply.of("O"), channel.voidPromise());
        }
    }

    @Override
    public void over() {
        onClose.run();
    }

    @Override
    public void close() {
        channel.eventLoop().execute(channel::close);
    }
}
