package ai.nexadesk.webhooks.testing;

import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What a {@link Receiver} does with a request: it sends a response, or misbehaves in some way. */
public interface Answer {

    /** Answers a request. Returns whether the connection stays open. */
    boolean give(Socket socket) throws Exception;

    /** A valid response with this status. */
    static Proper status(int status) {
        return new Proper(status, "", "OK", Duration.ZERO);
    }

    /** Sends these bytes and closes the connection. */
    static Answer raw(String bytes) {
        return socket -> {
            write(socket, bytes);
            return false;
        };
    }

    /** Sends these bytes and keeps the connection open. */
    static Answer rawKeptAlive(String bytes) {
        return socket -> {
            write(socket, bytes);
            return true;
        };
    }

    /** Gives this answer once the latch is open. */
    static Answer after(CountDownLatch latch, Answer answer) {
        return socket -> {
            latch.await();
            return answer.give(socket);
        };
    }

    /** Sends nothing for this long, and then closes the connection. */
    static Answer hang(Duration time) {
        return socket -> {
            Thread.sleep(time.toMillis());
            return false;
        };
    }

    /** Resets the connection. */
    static Answer reset() {
        return socket -> {
            socket.setSoLinger(true, 0);
            socket.close();
            return false;
        };
    }

    /** Closes the connection without a response. */
    static Answer close() {
        return socket -> false;
    }

    /** Sends a status line and headers immediately, and then a byte of the body every 20 ms for this long. */
    static Answer drip(Duration time) {
        return socket -> {
            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            for (long end = System.nanoTime() + time.toNanos(); System.nanoTime() < end; Thread.sleep(20)) {
                write(socket, "x");
            }
            return false;
        };
    }

    /** Sends a body of this many bytes. */
    static Answer flood(long bytes) {
        return socket -> {
            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n");
            var part = "y".repeat(8192).getBytes(StandardCharsets.US_ASCII);
            OutputStream out = socket.getOutputStream();
            for (long sent = 0; sent < bytes; sent += part.length) {
                out.write(part);
            }
            return false;
        };
    }

    /** Sends chunks of a body that does not end, for this long. */
    static Answer endlessChunks(Duration time) {
        return socket -> {
            write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (long end = System.nanoTime() + time.toNanos(); System.nanoTime() < end; ) {
                write(socket, "2000\r\n" + "z".repeat(0x2000) + "\r\n");
            }
            return false;
        };
    }

    /**
     * A valid response.
     *
     * @param status the status code
     * @param headers additional header lines, each with its line ending
     * @param body the body, in UTF-8
     * @param delay how long to wait before the response
     */
    record Proper(int status, String headers, String body, Duration delay) implements Answer {

        /** The same response with an additional header. */
        public Proper header(String name, String value) {
            return new Proper(status, headers + name + ": " + value + "\r\n", body, delay);
        }

        /** The same response with this body. */
        public Proper body(String text) {
            return new Proper(status, headers, text, delay);
        }

        /** The same response with this delay. */
        public Proper delay(Duration time) {
            return new Proper(status, headers, body, time);
        }

        @Override
        public boolean give(Socket socket) throws Exception {
            Thread.sleep(delay.toMillis());
            boolean hasBody = status >= 200 && status != 204 && status != 304;
            var bytes = hasBody ? body.getBytes(StandardCharsets.UTF_8) : new byte[0];
            write(
                    socket,
                    "HTTP/1.1 " + status + " Status\r\n" + headers
                            + (hasBody ? "Content-Length: " + bytes.length + "\r\n" : "") + "\r\n" + body(bytes));
            return true;
        }

        private static String body(byte[] bytes) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static void write(Socket socket, String bytes) throws Exception {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }
}
