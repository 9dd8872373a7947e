package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.OutgoingSettings;
import ai.nexadesk.webhooks.PublicUrl;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import jakarta.inject.Singleton;

/**
 * The OpenID Connect provider that the operator has configured. Its metadata and keys are read at every sign-in, so that a replaced
 * key is no longer trusted.
 */
@Singleton
class OpenIdProvider {

    static final String CALLBACK = "/login/openid/callback";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final OpenIdSettings settings;
    private final String callback;
    private final boolean allowInsecure;
    private final ObjectMapper json;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    OpenIdProvider(OpenIdSettings settings, OutgoingSettings outgoing, PublicUrl publicUrl, ObjectMapper json) {
        this.settings = settings;
        this.callback = publicUrl.of(CALLBACK);
        this.allowInsecure = outgoing.allowInsecure();
        this.json = json;
    }

    private boolean isSafe(String url) {
        return url.startsWith("https://") || allowInsecure && url.startsWith("http://");
    }

    boolean isConfigured() {
        return settings.issuer().isPresent();
    }

    String issuer() {
        return settings.issuer().orElseThrow();
    }

    String clientId() {
        return settings.clientId().orElseThrow();
    }

    /** The URL to redirect the browser to. */
    URI authorization(OpenIdAttempt attempt) throws IOException {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("response_type", "code");
        parameters.put("client_id", clientId());
        parameters.put("redirect_uri", callback);
        parameters.put("scope", "openid email");
        parameters.put("state", attempt.state());
        parameters.put("nonce", attempt.nonce());
        parameters.put("code_challenge", attempt.challenge());
        parameters.put("code_challenge_method", "S256");
        var address = endpoint(description(), "authorization_endpoint");
        return URI.create(address + (address.contains("?") ? "&" : "?") + encoded(parameters));
    }

    /** Exchanges the code for an ID token, which is not verified yet. */
    String idToken(String code, OpenIdAttempt attempt) throws IOException {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("grant_type", "authorization_code");
        parameters.put("code", code);
        parameters.put("redirect_uri", callback);
        parameters.put("client_id", clientId());
        parameters.put("code_verifier", attempt.verifier());
        var request = request(endpoint(description(), "token_endpoint"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(encoded(parameters)));
        settings.clientSecret().ifPresent(secret -> request.header("Authorization", basic(clientId(), secret)));
        return text(read(request), "id_token");
    }

    /** The provider's signing keys, as a JSON Web Key Set. */
    String keys() throws IOException {
        return read(request(endpoint(description(), "jwks_uri"))).toString();
    }

    private JsonNode description() throws IOException {
        var description = read(request(issuer().replaceFirst("/$", "") + "/.well-known/openid-configuration"));
        if (!text(description, "issuer").equals(issuer())) {
            throw new IOException("The provider calls itself " + text(description, "issuer"));
        }
        return description;
    }

    private String endpoint(JsonNode description, String name) throws IOException {
        var address = text(description, name);
        if (!isSafe(address)) {
            throw new IOException("Its " + name + " is not https");
        }
        return address;
    }

    private static String text(JsonNode answer, String name) throws IOException {
        var value = answer.path(name).textValue();
        if (value == null) {
            throw new IOException("The provider's response has no " + name);
        }
        return value;
    }

    private static HttpRequest.Builder request(String address) {
        return HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE).header("Accept", "application/json");
    }

    private JsonNode read(HttpRequest.Builder request) throws IOException {
        try {
            var answer = http.send(request.build(), BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException(answer.uri() + " responded with " + answer.statusCode());
            }
            return json.readTree(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private static String basic(String id, String secret) {
        var both = encoded(id) + ":" + encoded(secret);
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.US_ASCII));
    }

    private static String encoded(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
