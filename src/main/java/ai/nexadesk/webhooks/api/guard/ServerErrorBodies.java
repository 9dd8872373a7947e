package ai.nexadesk.webhooks.api.guard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Adds a body to the HTTP server's own error responses. The server rejects malformed URLs, long URLs and large headers
 * with an empty response, before any of our routes sees the request.
 */
final class ServerErrorBodies extends ChannelDuplexHandler {

    private static final String HEAD = "HEAD ";
    private static final String START = "HTTP/1.";
    private static final String EMPTY = "\r\ncontent-length: 0\r\n";
    private static final String END = "\r\n\r\n";

    /** The index of the status in the first line of a response. */
    private static final int STATUS = "HTTP/1.1 ".length();

    private static final int STATUS_LENGTH = 3;
    private static final int LONGEST = 256;

    private static final String MALFORMED =
            "The request could not be understood. Check the percent escapes of the URL, the request line, and the headers.";
    private static final Map<String, String> MESSAGES = Map.of(
            "414", "The URL is too long. Shorten it, for example by using fewer filters.",
            "431", "The headers of the request are too large. Send fewer or shorter ones.");

    private boolean isHead;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes && bytes.readableBytes() > HEAD.length()) {
            isHead = bytes.toString(bytes.readerIndex(), HEAD.length(), StandardCharsets.US_ASCII)
                    .equals(HEAD);
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!isHead && message instanceof ByteBuf bytes && bytes.readableBytes() <= LONGEST) {
            var text = bytes.toString(StandardCharsets.US_ASCII);
            if (text.startsWith(START) && text.endsWith(END) && text.contains(EMPTY) && text.charAt(STATUS) == '4') {
                bytes.release();
                context.write(Unpooled.copiedBuffer(explained(text), StandardCharsets.US_ASCII), promise);
                return;
            }
        }
        context.write(message, promise);
    }

    private static String explained(String response) {
        var message = MESSAGES.getOrDefault(response.substring(STATUS, STATUS + STATUS_LENGTH), MALFORMED);
        var body = "{\"success\":false,\"error\":\"" + message + "\",\"code\":\"bad_request\"}";
        var described = "\r\ncontent-type: application/json\r\ncontent-length: " + body.length() + "\r\n";
        return response.replace(EMPTY, described) + body;
    }
}
