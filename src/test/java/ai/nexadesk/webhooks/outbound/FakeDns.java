package ai.nexadesk.webhooks.outbound;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A name server (RFC 1035) on its own port that gives any answer that an attacker may want. */
final class FakeDns implements AutoCloseable {

    private static final int A = 1;
    private static final int CNAME = 5;
    private static final int AAAA = 28;
    private static final int NO_SUCH_NAME = 3;

    /** The answers to the first, second, … query for a name. The last one is repeated. */
    private final Map<String, List<List<String>>> answers = new ConcurrentHashMap<>();

    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private volatile int unanswered;
    private volatile int lost;
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private final DatagramSocket socket;

    private FakeDns(DatagramSocket socket) {
        this.socket = socket;
    }

    static FakeDns start() throws IOException {
        var dns = new FakeDns(new DatagramSocket(0, InetAddress.getByName("127.0.0.1")));
        var thread = new Thread(dns::listen, "fake-dns");
        thread.setDaemon(true);
        thread.start();
        return dns;
    }

    String server() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** Answers each round of queries for the name with the next list: addresses, or {@code =other.name}. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    final FakeDns answer(String name, List<String>... rounds) {
        answers.put(name, List.of(rounds));
        return this;
    }

    /** Never answers queries for this record type, such as 28 for AAAA. */
    void ignore(int type) {
        unanswered = type;
    }

    /** Does not answer the first queries, up to this count. */
    void lose(int count) {
        lost = count;
    }

    /** The names that were queried, with the record type. */
    List<String> questions() {
        return List.copyOf(questions);
    }

    private void listen() {
        var packet = new DatagramPacket(new byte[1500], 1500);
        try {
            while (true) {
                socket.receive(packet);
                var reply = reply(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                if (questions.size() > lost
                        && !questions.get(questions.size() - 1).endsWith(" " + unanswered)) {
                    socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }
                packet.setLength(1500);
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private byte[] reply(ByteBuffer query) throws IOException {
        short id = query.getShort();
        query.position(12);
        var name = readName(query);
        int type = query.getShort();
        questions.add(name + " " + type);
        var records = recordsFor(name, type);
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeShort(id);
        out.writeShort(0x8580 | (answers.containsKey(name) ? 0 : NO_SUCH_NAME));
        out.writeShort(1);
        out.writeShort(records.size());
        out.writeInt(0);
        writeName(out, name);
        out.writeShort(type);
        out.writeShort(1);
        for (var rdata : records) {
            writeName(out, rdata.owner);
            out.writeShort(rdata.type);
            out.writeShort(1);
            out.writeInt(60);
            out.writeShort(rdata.data.length);
            out.write(rdata.data);
        }
        return bytes.toByteArray();
    }

    private record Rdata(String owner, int type, byte[] data) {}

    private List<Rdata> recordsFor(String name, int type) throws IOException {
        var found = new ArrayList<Rdata>();
        var rounds = answers.getOrDefault(name, List.of(List.of()));
        int round = asked.merge(name + type, 1, Integer::sum);
        for (var value : rounds.get(Math.min(round, rounds.size()) - 1)) {
            if (value.startsWith("=")) {
                var target = new ByteArrayOutputStream();
                writeName(new DataOutputStream(target), value.substring(1));
                found.add(new Rdata(name, CNAME, target.toByteArray()));
                found.addAll(recordsFor(value.substring(1), type));
            } else if ((value.indexOf(':') >= 0 ? AAAA : A) == type) {
                found.add(new Rdata(name, type, bytes(value)));
            }
        }
        return found;
    }

    /** Does not use {@link InetAddress}, which turns an IPv4-mapped address into an IPv4 address. */
    private static byte[] bytes(String address) {
        return io.netty.util.NetUtil.createByteArrayFromIpAddressString(address);
    }

    private static String readName(ByteBuffer query) {
        var name = new StringBuilder();
        for (int length = query.get(); length > 0; length = query.get()) {
            var label = new byte[length];
            query.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        return name.toString();
    }

    private static void writeName(DataOutputStream out, String name) {
        try {
            for (var label : name.split("\\.")) {
                out.writeByte(label.length());
                out.write(label.getBytes(StandardCharsets.US_ASCII));
            }
            out.writeByte(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
