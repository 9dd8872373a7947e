package ai.nexadesk.webhooks.outbound.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import java.util.List;

/**
 * Decodes the responses of one connection. It drops interim responses (1xx), rejects versions other than HTTP/1.x, and
 * detects bytes that do not belong to a response: a connection with such bytes serves no further request.
 */
final class ResponseDecoder extends HttpResponseDecoder {
    private static final int MAX_INTERIM_RESPONSES = 32;

    private final ConnectionState state;
    private int interimResponses;
    private boolean inInterimResponse;

    ResponseDecoder(HttpDecoderConfig config, ConnectionState state) {
        super(config);
        this.state = state;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (!state.isBusy()) {
            // These bytes belong to no request.
            state.forbidReuse();
            ReferenceCountUtil.release(message);
            context.close();
            return;
        }
        state.bytesArrived();
        super.channelRead(context, message);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (!state.isBusy()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        super.decode(context, in, out);
        for (int i = 0; i < out.size(); i++) {
            Object part = out.get(i);
            if (part instanceof HttpResponse head && !head.decoderResult().isFailure()) {
                headDecoded(head);
            }
            boolean last = part instanceof LastHttpContent;
            if (inInterimResponse) {
                ReferenceCountUtil.release(out.remove(i--));
                inInterimResponse = !last;
            } else if (last) {
                responseEnds(in);
            }
        }
    }

    private void headDecoded(HttpResponse head) {
        HttpVersion version = head.protocolVersion();
        if (!version.protocolName().equals("HTTP") || version.majorVersion() != 1) {
            refuse(head, "it is " + version + ", but the request was HTTP/1.1");
        } else if (isInterim(head.status()) && ++interimResponses > MAX_INTERIM_RESPONSES) {
            refuse(head, "it sends too many interim responses (1xx)");
        } else if (isInterim(head.status())) {
            inInterimResponse = true;
        } else {
            if (version.minorVersion() > 1) {
                head.setProtocolVersion(HttpVersion.HTTP_1_1);
            }
            interimResponses = 0;
            state.responseBegins(head);
        }
    }

    private static boolean isInterim(HttpResponseStatus status) {
        return status.codeClass() == HttpStatusClass.INFORMATIONAL
                && status.code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    }

    private static void refuse(HttpResponse head, String why) {
        head.setDecoderResult(DecoderResult.failure(new InvalidResponseException(why)));
    }

    private void responseEnds(ByteBuf in) {
        state.responseEnds();
        if (in.isReadable()) {
            state.forbidReuse();
        }
    }
}
