package ai.nexadesk.webhooks.testing.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Receives emails over SMTP and keeps them. Closing it also closes its connections. */
public final class MailServer implements AutoCloseable {

    private final List<String> mails = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private volatile String refused = "nobody";
    private volatile CountDownLatch answers = new CountDownLatch(0);
    private final ServerSocket socket;

    private MailServer(ServerSocket socket) {
        this.socket = socket;
    }

    /** Starts a server on this port of the loopback address. */
    public static MailServer start(int port) throws IOException {
        var server = new MailServer(new ServerSocket(port, 10, InetAddress.getByName("127.0.0.1")));
        new Thread(server::accept, "mail-server").start();
        return server;
    }

    /** The received emails: for each, the lines that name the recipients, and then the message as it was sent. */
    public List<String> mails() {
        return List.copyOf(mails);
    }

    /** Rejects emails to this address from now on. A previously rejected address is accepted again. */
    public void refuse(String address) {
        refused = address;
    }

    /** From now on, keeps emails but acknowledges them only after {@link #release}. */
    public void hold() {
        answers = new CountDownLatch(1);
    }

    /** Acknowledges the emails that it holds. */
    public void release() {
        answers.countDown();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var connection = socket.accept();
                connections.add(connection);
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
                if (line.startsWith("RCPT") && line.contains(refused)) {
                    say(connection, "550 There is no such mailbox.");
                    continue;
                }
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
                    answers.await();
                }
                say(connection, line != null && line.equals("QUIT") ? "221 bye" : "250 fine");
            }
        } catch (IOException | InterruptedException ended) {
            // The client has finished, or this server is closed.
        }
    }

    private static void say(Socket connection, String line) throws IOException {
        connection.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (var connection : connections) {
            connection.close();
        }
    }
}
