package org.linuxemu.gdbstub.rsp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * Has one channel read into the same buffer each time, since {@link RspDecoder} keeps nothing of
 * it. Packets are small and many; to allocate for each cost more than to serve it.
 */
public final class ReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
    private static final int SIZE = 16 << 10;

    /** Freed by the garbage collector, as its memory is of the JDK. */
    private final ByteBuf buffer = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(SIZE));

    @Override
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return SIZE;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator others) {
                return buffer.refCnt() == 1 ? buffer.retain().clear() : others.ioBuffer(SIZE);
            }
        };
    }
}
