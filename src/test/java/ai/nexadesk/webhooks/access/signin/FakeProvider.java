package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.api.Hashes;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** An OpenID Connect provider on this machine, over HTTP. It signs in the person that the test chooses. */
final class FakeProvider implements AutoCloseable {

    static final String CLIENT_ID = "nexadesk";
    static final String CLIENT_SECRET = "the client's secret";

    /** Shared by all tests, because generating a key takes seconds. */
    private static final RsaJsonWebKey KEY = newKey();

    private final HttpServer server;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private volatile String email = "";
    private volatile Consumer<JwtClaims> change = claims -> {};
    private volatile Consumer<JsonWebSignature> sign = token -> {};

    private FakeProvider(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext(
                "/.well-known/openid-configuration", exchange -> answer(exchange, """
                {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize","token_endpoint":"%1$s/token","jwks_uri":"%1$s/keys"}
                """.formatted(issuer())));
        server.createContext("/keys", exchange -> answer(exchange, "{\"keys\":[" + KEY.toJson() + "]}"));
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::token);
        server.start();
    }

    static FakeProvider start(int port) {
        try {
            return new FakeProvider(port);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static RsaJsonWebKey newKey() {
        try {
            var made = RsaJwkGenerator.generateJwk(2048);
            made.setKeyId("key");
            return made;
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    String issuer() {
        return issuer(server.getAddress().getPort());
    }

    static String issuer(int port) {
        return "http://localhost:" + port;
    }

    /** From now on, signs in this person with correct tokens. */
    void signsIn(String address) {
        email = address;
        change = claims -> {};
        sign = token -> {};
    }

    /** Changes the claims of the tokens from now on. */
    void says(Consumer<JwtClaims> different) {
        change = different;
    }

    /** Changes how the tokens are signed from now on. */
    void signs(Consumer<JsonWebSignature> different) {
        sign = different;
    }

    private void authorize(HttpExchange exchange) throws IOException {
        var asked = parameters(exchange.getRequestURI().getRawQuery());
        var code = UUID.randomUUID().toString();
        codes.put(code, asked);
        exchange.getResponseHeaders()
                .set("Location", asked.get("redirect_uri") + "?code=" + code + "&state=" + asked.get("state"));
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    /** Accepts each code once, and only with the client's secret and the verifier of the code's challenge. */
    private void token(HttpExchange exchange) throws IOException {
        var given = parameters(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        var asked = codes.remove(given.get("code"));
        var basic = "Basic "
                + Base64.getEncoder()
                        .encodeToString((CLIENT_ID + ":the+client%27s+secret").getBytes(StandardCharsets.UTF_8));
        var challenge =
                Base64.getUrlEncoder().withoutPadding().encodeToString(Hashes.sha256(given.get("code_verifier")));
        if (asked == null
                || !basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                || !challenge.equals(asked.get("code_challenge"))
                || !asked.get("redirect_uri").equals(given.get("redirect_uri"))) {
            exchange.sendResponseHeaders(400, -1);
            exchange.close();
            return;
        }
        try {
            answer(exchange, "{\"token_type\":\"Bearer\",\"id_token\":\"" + idToken(asked.get("nonce")) + "\"}");
        } catch (JoseException e) {
            throw new IOException(e);
        }
    }

    private String idToken(String nonce) throws JoseException {
        var claims = new JwtClaims();
        claims.setIssuer(issuer());
        claims.setAudience(CLIENT_ID);
        claims.setSubject("1");
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(5);
        claims.setStringClaim("nonce", nonce);
        claims.setStringClaim("email", email);
        claims.setClaim("email_verified", true);
        change.accept(claims);
        var token = new JsonWebSignature();
        token.setPayload(claims.toJson());
        token.setKey(KEY.getPrivateKey());
        token.setKeyIdHeaderValue("key");
        token.setAlgorithmHeaderValue("RS256");
        sign.accept(token);
        return token.getCompactSerialization();
    }

    private static Map<String, String> parameters(String query) {
        return Arrays.stream(query.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
