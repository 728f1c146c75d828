package org.linuxemu.devices.boot.unpack;

/** Passes bytes on up to a limit, so that a few bytes of input cannot ask for endless output. */
final class LimitedSink implements UnpackSink {
    private final UnpackSink target;
    private final long limit;
    private long count;

    LimitedSink(UnpackSink target, long limit) {
        this.target = target;
        this.limit = limit;
    }

    long count() {
        return count;
    }

    /** Bytes that may still come. */
    long remaining() {
        return limit - count;
    }

    @Override
    public void accept(byte[] buffer, int offset, int length) throws UnpackException {
        count += length;
        if (count > limit) {
            throw new UnpackException(
                    "unpacks to more than " + limit + " bytes, more than RAM holds");
        }
        target.accept(buffer, offset, length);
    }
}
