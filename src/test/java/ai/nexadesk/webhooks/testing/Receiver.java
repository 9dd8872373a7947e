package ai.nexadesk.webhooks.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A customer's endpoint on its own port: real sockets, real HTTP, and broken HTTP on request. It keeps all requests.
 */
public final class Receiver implements AutoCloseable {

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "receiver");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Deque<Answer> script = new ArrayDeque<>();
    private Answer otherwise = Answer.status(200);
    private int connections;

    private Receiver(ServerSocket server) {
        this.server = server;
    }

    /**
     * A request as it arrived.
     *
     * @param method the method
     * @param target the path and the query
     * @param lines the header lines in their order, with names in lowercase
     * @param body the bytes of the body
     * @param connection the number of the connection
     * @param arrivedAt when its last byte was read
     */
    public record Request(
            String method,
            String target,
            List<Map.Entry<String, String>> lines,
            byte[] body,
            int connection,
            Instant arrivedAt) {

        /** The only value of this header. Fails if there is none or more than one. */
        public String header(String name) {
            var values = headers(name);
            if (values.size() != 1) {
                throw new AssertionError("Expected one header " + name + ", found " + values);
            }
            return values.get(0);
        }

        /** All values of this header. */
        public List<String> headers(String name) {
            return lines.stream()
                    .filter(line -> line.getKey().equals(name))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        /** The body as text. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Starts a receiver on a free port of the loopback address. */
    public static Receiver start() {
        return start("127.0.0.1");
    }

    /** Starts a receiver on another address of this machine. */
    public static Receiver start(String address) {
        try {
            var receiver = new Receiver(new ServerSocket(0, 200, InetAddress.getByName(address)));
            receiver.threads.execute(receiver::listen);
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The receiver's URL with this path and query. */
    public String url(String path) {
        return "http://127.0.0.1:" + server.getLocalPort() + path;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Sets the answer to all requests from now on, after the scripted ones. */
    public synchronized void answer(Answer answer) {
        otherwise = answer;
    }

    /** Sets the answers to the next requests, in this order. */
    public synchronized void script(Answer... answers) {
        script.addAll(List.of(answers));
    }

    /** All requests so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** The number of open connections. */
    public int openConnections() {
        return open.size();
    }

    /** Forgets the requests so far. */
    public void clear() {
        requests.clear();
    }

    /** Waits until this many requests have arrived, and returns them. */
    public List<Request> await(int count, Duration patience) {
        return Await.until(count + " requests", patience, this::requests, all -> all.size() >= count);
    }

    /**
     * One second, less the time that a request may be late on a busy machine. A limit applies to the time at which a
     * request was sent, but the receiver sees only when it arrived.
     */
    public static final Duration SECOND_WITHOUT_DELAYS = Duration.ofMillis(700);

    /** The highest number of these requests that arrived within any span of this length. */
    public static int most(List<Request> requests, Duration span) {
        var times = requests.stream().map(Request::arrivedAt).sorted().toList();
        int most = 0;
        for (int first = 0, next = 0; next < times.size(); next++) {
            while (!times.get(first).plus(span).isAfter(times.get(next))) {
                first++;
            }
            most = Math.max(most, next - first + 1);
        }
        return most;
    }

    private void listen() {
        try {
            while (true) {
                var socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                int number = ++connections;
                threads.execute(() -> serve(socket, number));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            var request = read(in, number);
            while (request != null) {
                requests.add(request);
                if (!next().give(socket)) {
                    return;
                }
                request = read(in, number);
            }
        } catch (IOException | InterruptedException over) {
            // The client has closed the connection, or the test is over.
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            open.remove(socket);
        }
    }

    private synchronized Answer next() {
        return script.isEmpty() ? otherwise : script.remove();
    }

    private static Request read(InputStream in, int connection) throws IOException {
        var first = line(in);
        if (first == null) {
            return null;
        }
        var lines = new ArrayList<Map.Entry<String, String>>();
        int length = 0;
        for (var line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            var name = line.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
            lines.add(Map.entry(name, line.substring(colon + 1).strip()));
            if (name.equals("content-length")) {
                length = Integer.parseInt(line.substring(colon + 1).strip());
            }
        }
        var body = in.readNBytes(length);
        var words = first.split(" ");
        return new Request(words[0], words[1], List.copyOf(lines), body, connection, Instant.now());
    }

    private static String line(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            bytes.write(b);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1).strip();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
