package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.testing.FilledWorkspace;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Route;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.text.OddText;
import ai.nexadesk.webhooks.testing.text.RandomJson;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Generates odd requests to all routes. The same seed gives the same requests. */
final class HostileRequests {

    /**
     * A request.
     *
     * @param mutated whether its head was changed at random, so that it may announce more bytes than it has
     */
    record Request(byte[] bytes, boolean mutated) {}

    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "X");

    /** The query parameters that the application reads. */
    private static final List<String> PARAMETERS = List.of(
            "cursor",
            "limit",
            "sort",
            "since",
            "until",
            "q",
            "event",
            "after",
            "status_code",
            "status",
            "shown",
            "who",
            "span",
            "range",
            "next",
            "live",
            "kind",
            "id",
            "password",
            "name",
            "email",
            "back",
            "workspace_name",
            "workspace",
            "url",
            "token",
            "theme",
            "scopes",
            "reply",
            "overlap_hours",
            "new",
            "shortcuts",
            "expires",
            "events",
            "description",
            "delivery",
            "data",
            "current",
            "allowed_ips",
            "again",
            "csrf-token",
            "unknown");

    private static final List<String> HEADERS = List.of(
            "Accept",
            "Accept-Language",
            "Accept-Encoding",
            "Content-Type",
            "Content-Encoding",
            "Cookie",
            "Authorization",
            "Idempotency-Key",
            "HX-Request",
            "HX-Target",
            "HX-Current-URL",
            "If-None-Match",
            "If-Modified-Since",
            "Range",
            "X-Forwarded-For",
            "Forwarded",
            "X-HTTP-Method-Override",
            "Origin",
            "Referer",
            "Sec-Fetch-Site",
            "Upgrade",
            "X-CSRF-TOKEN",
            "X-Odd");

    private static final List<String> TYPES = List.of(
            "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain");

    private final Receiver receiver;
    private final Random random;
    private final RandomJson json;
    private final List<Route> routes = Route.all();
    private FilledWorkspace filled;
    private String key;
    private String session;
    private String token;

    HostileRequests(Receiver receiver, long seed) {
        this.receiver = receiver;
        random = new Random(seed);
        json = new RandomJson(seed);
    }

    /**
     * Creates a new workspace. Call this before the first request, and whenever the next requests need an unmodified
     * workspace.
     */
    void beginAnew() {
        filled = FilledWorkspace.create(receiver);
        key = filled.api().workspace().apiKey("read", "write");
        session = TestWorkspace.signIn(filled.api().workspace().admin());
        token = TestWorkspace.csrfToken();
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    Request next() {
        var route = oneOf(routes);
        var method = oneIn(20) ? oneOf(METHODS) : route.method();
        var head = new StringBuilder(method).append(' ').append(address(route)).append(" HTTP/1.");
        head.append(oneIn(50) ? "0" : "1").append("\r\n");
        if (!oneIn(100)) {
            head.append("Host: ").append(oneIn(50) ? OddText.inAddress(OddText.any(random), random) : "localhost");
            head.append("\r\n");
        }
        head.append("Connection: close\r\n");
        var type = oneIn(10) ? oneOf(TYPES) : route.isApi() ? TYPES.get(0) : TYPES.get(1);
        var body = method.equals("GET") && !oneIn(20) ? new byte[0] : body(type);
        credentials(route, head);
        if (body.length > 0) {
            head.append("Content-Type: ").append(type).append("\r\n");
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            var value = OddText.any(random).replaceAll("[\r\n\0]", " ");
            head.append(oneOf(HEADERS)).append(": ").append(value).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length).append("\r\n");
        var bytes = new ByteArrayOutputStream();
        var plain = head.toString().getBytes(StandardCharsets.UTF_8);
        boolean mutated = oneIn(25);
        bytes.writeBytes(mutated ? OddText.mutated(plain, random) : plain);
        bytes.writeBytes("\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(body);
        return new Request(bytes.toByteArray(), mutated);
    }

    private String address(Route route) {
        var path = filled.address(route);
        if (oneIn(4) && path.length() > 1) {
            var segments = path.split("/");
            segments[random.nextInt(segments.length)] = OddText.inAddress(OddText.any(random), random);
            path = "/" + String.join("/", segments);
        }
        if (oneIn(30)) {
            path += oneOf(
                    List.of("/", "//", "/..", "/.", ";a=b", "/%2e%2e/%2e%2e", "%", "%ff", "/" + "a/".repeat(500)));
        }
        var query = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            query.append(query.isEmpty() && !path.contains("?") ? '?' : '&')
                    .append(oneIn(10) ? OddText.inAddress(OddText.any(random), random) : oneOf(PARAMETERS));
            query.append(oneIn(20) ? "" : "=").append(OddText.inAddress(OddText.any(random), random));
        }
        return path + query;
    }

    /** Adds mostly valid credentials, because most of the code is behind the authentication. */
    private void credentials(Route route, StringBuilder head) {
        if (oneIn(25)) {
            return;
        }
        if (route.path().contains("/internal/")) {
            head.append("Authorization: Bearer test-publisher-token\r\n");
        } else if (route.isApi()) {
            head.append("Authorization: Bearer ").append(key).append("\r\n");
        } else {
            head.append("Cookie: ").append(TestWorkspace.SESSION).append('=').append(session);
            head.append("; nexadesk-csrf=").append(token).append("\r\n");
        }
    }

    private byte[] body(String type) {
        var text = type.equals(TYPES.get(1)) ? form() : type.equals(TYPES.get(2)) ? parts() : document();
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return oneIn(4) ? OddText.mutated(bytes, random) : bytes;
    }

    private String form() {
        var form = new StringBuilder("csrf-token=").append(token);
        for (int i = random.nextInt(6); i > 0; i--) {
            form.append('&').append(oneOf(PARAMETERS)).append('=');
            form.append(OddText.inAddress(OddText.any(random), random));
        }
        return form.toString();
    }

    private String parts() {
        var parts = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            parts.append("--b\r\nContent-Disposition: form-data; name=\"")
                    .append(oneOf(PARAMETERS))
                    .append('"');
            parts.append(oneIn(3) ? "; filename=\"../a\"" : "")
                    .append("\r\n\r\n")
                    .append(OddText.any(random))
                    .append("\r\n");
        }
        return parts.append("--b--\r\n").toString();
    }

    /** An event, or a request body for the REST API, with something random in it. */
    private String document() {
        var odd = oneIn(2) ? json.object(3) : quoted(OddText.any(random));
        return switch (random.nextInt(6)) {
            case 0 -> json.object(4);
            case 1 -> "[" + event(odd) + "," + event("{}") + "]";
            case 2 -> "{\"url\":" + quoted(receiver.url("/x")) + ",\"events\":[\"*\"],\"description\":" + odd + "}";
            case 3 -> "{\"event\":\"lead.created\",\"data\":" + odd + "}";
            case 4 ->
                "{\"" + oneOf(PARAMETERS) + "\":" + odd + ",\"" + oneOf(PARAMETERS) + "\":" + json.object(2) + "}";
            default -> event(odd);
        };
    }

    private String event(String odd) {
        var data = oneIn(2) ? odd : "{\"id\":\"1\",\"extra\":" + odd + "}";
        var id = oneIn(3) ? ",\"id\":" + odd : "";
        return "{\"event\":\"lead.created\",\"workspace_id\":\""
                + filled.api().workspace().id() + "\",\"data\":" + data + id + "}";
    }

    /**
     * Quotes text like a JSON string, but escapes only backslashes and quotation marks. Unpaired surrogates are lost,
     * because UTF-8 cannot encode them.
     */
    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
