package ai.nexadesk.webhooks.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A client that sends any bytes, each time on a new connection, and reads until the other side closes it. */
public final class RawHttp {

    /** No response of the application is larger. */
    private static final int MOST = 16 << 20;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.\\d+ +(\\d{3})");

    private RawHttp() {}

    /**
     * A response.
     *
     * @param status the status, or 0 if the connection was closed without a response
     * @param text the whole response, including its head
     */
    public record Reply(int status, String text) {}

    /**
     * Sends these bytes.
     *
     * @param end whether to tell the other side that nothing follows
     * @throws SocketTimeoutException if the response has not ended after this time
     */
    public static Reply send(int port, byte[] request, boolean end, int deadlineMillis) throws IOException {
        long deadline = System.nanoTime() + deadlineMillis * 1_000_000L;
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("localhost", port), deadlineMillis);
            var answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request);
                if (end) {
                    socket.shutdownOutput();
                }
                var buffer = new byte[16 * 1024];
                for (int read = 0; read >= 0 && answer.size() < MOST; ) {
                    answer.write(buffer, 0, read);
                    socket.setSoTimeout((int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
                    read = socket.getInputStream().read(buffer);
                }
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException reset) {
                // The server need not read a rejected request to its end.
            }
            return reply(answer.toString(StandardCharsets.UTF_8));
        }
    }

    private static Reply reply(String text) {
        var status = STATUS.matcher(text);
        return new Reply(status.lookingAt() ? Integer.parseInt(status.group(1)) : 0, text);
    }
}
