// Java 17 or later. WEBHOOK_SECRET=whsec_… java Receiver.java
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Receiver {

    static final byte[] SECRET = System.getenv("WEBHOOK_SECRET").getBytes(StandardCharsets.UTF_8);

    static boolean isFromNexaDesk(byte[] body, Headers headers) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        byte[] expected = ("sha256=" + HexFormat.of().formatHex(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        // The second header is present during a secret rotation.
        return Stream.of("X-NexaDesk-Signature", "X-NexaDesk-Signature-Next")
                .map(headers::getFirst)
                .anyMatch(signature -> signature != null
                        && MessageDigest.isEqual(signature.getBytes(StandardCharsets.UTF_8), expected));
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "3000"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            try (exchange) {
                // The raw bytes: verify them before parsing.
                byte[] body = exchange.getRequestBody().readAllBytes();
                boolean genuine = isFromNexaDesk(body, exchange.getRequestHeaders());
                exchange.sendResponseHeaders(genuine ? 200 : 401, -1);
                if (genuine) {
                    // Do the work after responding, and only once for each ID.
                    System.out.println(exchange.getRequestHeaders().getFirst("X-NexaDesk-Event-Id")
                            + " " + exchange.getRequestHeaders().getFirst("X-NexaDesk-Event"));
                }
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        });
        server.start();
    }
}
