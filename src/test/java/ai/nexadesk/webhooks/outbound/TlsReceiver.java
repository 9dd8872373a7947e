package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.testing.server.Keytool;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** An endpoint with its own certificate from the JDK's keytool. It responds with 200 to every client that trusts it. */
final class TlsReceiver implements AutoCloseable {

    private static final char[] PASSWORD = Keytool.PASSWORD.toCharArray();

    private final SSLServerSocket server;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile String askedFor = "";
    private volatile boolean silent;
    private volatile Duration beforeHandshake = Duration.ZERO;

    /** A certificate authority: a key store with which it signs certificates. */
    record Authority(Path store) {

        static Authority create(Path store) throws Exception {
            Keytool.makeKey(store, "-alias", "ca", "-dname", "CN=Test CA " + store.getFileName(), "-ext", "bc=ca:true");
            return new Authority(store);
        }

        X509Certificate certificate() throws Exception {
            return (X509Certificate) load(store).getCertificate("ca");
        }

        /** A receiver with a certificate for this name, which the authority signs with these additional options. */
        TlsReceiver issue(String name, String... options) throws Exception {
            return issueFor(name, "dns:" + name, options);
        }

        /** The same for an IP address. */
        TlsReceiver issueForAddress(String address) throws Exception {
            return issueFor(address, "ip:" + address);
        }

        private TlsReceiver issueFor(String name, String alternative, String... options) throws Exception {
            var arguments = new ArrayList<>(
                    List.of("-alias", "leaf", "-signer", "ca", "-dname", "CN=" + name, "-ext", "san=" + alternative));
            arguments.addAll(List.of(options));
            var own = Files.createTempFile(store.getParent(), "leaf", ".p12");
            Files.copy(store, own, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Keytool.makeKey(own, arguments.toArray(String[]::new));
            return start(own, "leaf", alternative.startsWith("ip:") ? name : "127.0.0.1");
        }
    }

    static TlsReceiver selfSigned(Path store, String name) throws Exception {
        Keytool.makeKey(store, "-alias", "leaf", "-dname", "CN=" + name, "-ext", "san=dns:" + name);
        return start(store, "leaf", "127.0.0.1");
    }

    private TlsReceiver(SSLServerSocket server) {
        this.server = server;
    }

    private static TlsReceiver start(Path store, String alias, String address) throws Exception {
        var keys = load(store);
        for (var other : java.util.Collections.list(keys.aliases())) {
            if (!other.equals(alias)) {
                keys.deleteEntry(other);
            }
        }
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        var receiver = new TlsReceiver((SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getByName(address)));
        var thread = new Thread(receiver::listen, "tls-receiver");
        thread.setDaemon(true);
        thread.start();
        return receiver;
    }

    TlsReceiver speakingOnly(String... versions) {
        server.setEnabledProtocols(versions);
        return this;
    }

    /** Delays every handshake from now on. */
    void handshakesAfter(Duration time) {
        beforeHandshake = time;
    }

    /** Does not announce that it closes connections after the first response. */
    TlsReceiver closingSilently() {
        silent = true;
        return this;
    }

    int port() {
        return server.getLocalPort();
    }

    /** The requests that arrived after the handshake. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** The server name that the latest client indicated. */
    String askedFor() {
        return askedFor;
    }

    private void listen() {
        while (!server.isClosed()) {
            try (var socket = (SSLSocket) server.accept()) {
                socket.setSoTimeout(10_000);
                Thread.sleep(beforeHandshake.toMillis());
                // This socket may have been created before the server's protocols were set.
                socket.setEnabledProtocols(server.getEnabledProtocols());
                socket.startHandshake();
                askedFor = ((ExtendedSSLSession) socket.getSession())
                        .getRequestedServerNames().stream()
                                .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
                                .findFirst()
                                .orElse("");
                requests.add(read(socket.getInputStream()));
                socket.getOutputStream()
                        .write(("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + (silent ? "" : "Connection: close\r\n")
                                        + "\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException refusedOrClosed) {
                // The client does not trust this server, or the test is over.
            } catch (InterruptedException never) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String read(InputStream in) throws IOException {
        var bytes = new byte[8192];
        int length = in.read(bytes);
        if (length < 0) {
            throw new IOException("Closed after the handshake");
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    private static KeyStore load(Path store) throws Exception {
        return KeyStore.getInstance(store.toFile(), PASSWORD);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
