package ai.nexadesk.webhooks.api.guard;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/**
 * Closes a connection if a request's head is not complete in time, even if bytes keep coming. The server's own timeout
 * only detects idle connections. This class only looks for the empty line after the head and leaves the rest to the
 * server.
 */
final class HeadDeadline extends ChannelDuplexHandler {

    /** The index of the status in the first line of a response. */
    private static final int STATUS = "HTTP/1.1 ".length();

    private final long millis;
    private boolean inHead = true;
    private int lineLength = 1;
    private @Nullable Future<?> deadline;

    HeadDeadline(long millis) {
        this.millis = millis;
    }

    private void begin(ChannelHandlerContext context) {
        if (deadline == null) {
            deadline = context.executor().schedule(() -> context.close(), millis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (inHead && message instanceof ByteBuf bytes && bytes.isReadable()) {
            begin(context);
            bytes.forEachByte(this::isBeforeTheEnd);
            if (!inHead) {
                stop();
            }
        }
        context.fireChannelRead(message);
    }

    private boolean isBeforeTheEnd(byte one) {
        if (one == '\n') {
            inHead = lineLength > 0;
            lineLength = 0;
        } else if (one != '\r') {
            lineLength++;
        }
        return inHead;
    }

    /** After a response, the next bytes are another head. After {@code 100 Continue}, they are the body. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean isInterim =
                message instanceof ByteBuf bytes && bytes.readableBytes() > STATUS && bytes.getByte(STATUS) == '1';
        if (!isInterim) {
            stop();
            inHead = true;
            lineLength = 1;
        }
        context.write(message, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    private void stop() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
