package ai.nexadesk.webhooks.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes mails by SMTP and keeps them. */
public final class MailServer implements AutoCloseable {

    private final List<String> mails = new CopyOnWriteArrayList<>();
    private final ServerSocket socket;

    private MailServer(ServerSocket socket) {
        this.socket = socket;
    }

    /** A port that is free now. */
    public static int freePort() {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Listens on this port of the loopback address. */
    public static MailServer start(int port) throws IOException {
        var server = new MailServer(new ServerSocket(port, 10, InetAddress.getByName("127.0.0.1")));
        new Thread(server::accept, "mail-server").start();
        return server;
    }

    /** What came: the recipients' lines, then the mail as it was sent. */
    public List<String> mails() {
        return List.copyOf(mails);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var connection = socket.accept();
                new Thread(() -> serve(connection), "mail-connection").start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection;
                var in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            say(connection, "220 ready");
            var mail = new StringBuilder();
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("RCPT")) {
                    mail.append(line).append('\n');
                }
                if (line.equals("DATA")) {
                    say(connection, "354 go on");
                    for (line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
                        mail.append(line).append('\n');
                    }
                    mails.add(mail.toString());
                    mail.setLength(0);
                }
                say(connection, line != null && line.equals("QUIT") ? "221 bye" : "250 fine");
            }
        } catch (IOException ended) {
            // The client has what it wanted.
        }
    }

    private static void say(Socket connection, String line) throws IOException {
        connection.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
