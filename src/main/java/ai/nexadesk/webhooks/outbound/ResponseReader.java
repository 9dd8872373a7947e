package ai.nexadesk.webhooks.outbound;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads a response up to the stored limit. */
final class ResponseReader {
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    private final HttpClientResponse response;
    private final Runnable ended;
    private final Runnable broken;
    private final List<Header> headers = new ArrayList<>();
    private final Buffer body = Buffer.buffer();
    private boolean truncated;

    /**
     * Reads a response.
     *
     * @param ended called when the response is complete
     * @param broken called when the rest of the response is too long or will not arrive
     */
    ResponseReader(HttpClientResponse response, Runnable ended, Runnable broken) {
        this.response = response;
        this.ended = ended;
        this.broken = broken;
    }

    void start() {
        keepHeaders();
        response.handler(this::keepChunk);
        response.exceptionHandler(error -> broken.run());
        response.endHandler(end -> ended.run());
    }

    private void keepHeaders() {
        int size = 0;
        for (Map.Entry<String, String> field : response.headers()) {
            size += field.getKey().length() + field.getValue().length() + 4;
            if (size > MAX_HEADER_BYTES) {
                truncated = true;
                return;
            }
            headers.add(new Header(field.getKey(), field.getValue()));
        }
    }

    private void keepChunk(Buffer chunk) {
        int room = MAX_BODY_BYTES - body.length();
        if (chunk.length() <= room) {
            body.appendBuffer(chunk);
        } else {
            body.appendBuffer(chunk, 0, room);
            broken.run();
        }
    }

    /** Stops reading; the rest is ignored. */
    void truncate() {
        truncated = true;
    }

    int status() {
        return response.statusCode();
    }

    List<Header> headers() {
        return headers;
    }

    byte[] body() {
        return body.getBytes();
    }

    boolean isTruncated() {
        return truncated;
    }
}
