package ai.nexadesk.webhooks.testing;

import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What a {@link Receiver} does with a request: an answer, or some way of not giving one. */
public interface Answer {

    /** Does it; whether the connection stays open is what it returns. */
    boolean give(Socket socket) throws Exception;

    /** A proper answer with this status. */
    static Proper status(int status) {
        return new Proper(status, "", "OK", Duration.ZERO);
    }

    /** These bytes, and then the end of the connection. */
    static Answer raw(String bytes) {
        return socket -> {
            write(socket, bytes);
            return false;
        };
    }

    /** These bytes, and the connection stays open. */
    static Answer rawKeptAlive(String bytes) {
        return socket -> {
            write(socket, bytes);
            return true;
        };
    }

    /** This one, but not before the latch is open. */
    static Answer after(CountDownLatch latch, Answer answer) {
        return socket -> {
            latch.await();
            return answer.give(socket);
        };
    }

    /** Nothing, for this long. */
    static Answer hang(Duration time) {
        return socket -> {
            Thread.sleep(time.toMillis());
            return false;
        };
    }

    /** The connection is reset. */
    static Answer reset() {
        return socket -> {
            socket.setSoLinger(true, 0);
            socket.close();
            return false;
        };
    }

    /** The connection is closed without an answer. */
    static Answer close() {
        return socket -> false;
    }

    /** A status line and headers in time, then a byte of the body now and then for this long. */
    static Answer drip(Duration time) {
        return socket -> {
            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            for (long end = System.nanoTime() + time.toNanos(); System.nanoTime() < end; Thread.sleep(20)) {
                write(socket, "x");
            }
            return false;
        };
    }

    /** A body of this many bytes. */
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

    /** A body in chunks, without an end, for this long. */
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
     * A proper answer.
     *
     * @param status the status code
     * @param headers further header lines, each with its line end
     * @param body the body, in UTF-8
     * @param delay how long to wait before it
     */
    record Proper(int status, String headers, String body, Duration delay) implements Answer {

        /** The same with one header more. */
        public Proper header(String name, String value) {
            return new Proper(status, headers + name + ": " + value + "\r\n", body, delay);
        }

        /** The same with this body. */
        public Proper body(String text) {
            return new Proper(status, headers, text, delay);
        }

        /** The same after this long. */
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
