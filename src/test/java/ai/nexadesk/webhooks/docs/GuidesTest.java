package ai.nexadesk.webhooks.docs;

import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.outbound.ErrorCode;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Signatures;
import ai.nexadesk.webhooks.testing.text.JavaScript;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The guides for receivers")
class GuidesTest {

    /** The parts of Node, Express and Standard Webhooks that the samples use. Java does the cryptography. */
    private static final String NODE = """
            const process = { env: { NEXADESK_WEBHOOK_SECRET: secret() } };
            const Buffer = { from: text => text };
            let handler;
            const newApp = () => ({ post: (path, ...handlers) => { handler = handlers.at(-1); } });
            newApp.raw = () => null;
            const modules = {
              express: newApp,
              crypto: {
                createHmac: (algorithm, key) => ({
                  update(text, encoding) { this.text = text; return this; },
                  digest(encoding) { return hmac(key, this.text); }
                }),
                timingSafeEqual(a, b) {
                  if (a.length !== b.length) throw new RangeError("Input buffers must have the same byte length");
                  return a === b;
                }
              },
              standardwebhooks: {
                Webhook: class {
                  constructor(secret) { this.secret = secret; }
                  verify(body, headers) {
                    if (!standard(this.secret, body, headers["webhook-id"], headers["webhook-timestamp"],
                        headers["webhook-signature"])) throw new Error("No matching signature found");
                    return JSON.parse(body);
                  }
                }
              }
            };
            const require = name => modules[name];
            function receiveRequest(body, headers) {
              let answer;
              handler({ body, headers: JSON.parse(headers) },
                { status(code) { answer = code; return this; }, send() { return this; } });
              return answer;
            }
            """;

    /** Passes a body that was parsed before. */
    private static final String PARSED = """
            const app = newApp();
            const receiveParsed = (body, headers) => receiveRequest(JSON.parse(body), headers);
            """;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String secret;
    private Receiver.Request request;

    @BeforeEach
    void deliver() {
        var webhook = api.createWebhook(receiver.url("/webhooks/nexadesk"), "lead.created");
        secret = api.secret(webhook);
        receiver.clear();
        request = next();
        receiver.clear();
    }

    private Receiver.Request next() {
        api.publish("lead.created", "{\"id\":\"1\",\"visitor_name\":\"Zoë 😀\",\"score\":1.0}");
        return receiver.await(1, Duration.ofSeconds(20)).get(0);
    }

    @Test
    @DisplayName("contain the documented sample, which accepts only what we send")
    void documented() throws Exception {
        try (var js = node(secret).run(PARSED).run(sample("/docs/signatures", "documented"))) {
            assertThat(status(js, "receiveParsed", request.text())).isEqualTo(200);
            assertThat(status(js, "receiveParsed", request.text().replace("Zoë", "Zoe")))
                    .isEqualTo(401);
        }
    }

    @Test
    @DisplayName("contain a sample over the raw body that keeps working when the secret is replaced")
    void rawBody() throws Exception {
        var webhook = api.get("/webhooks").getString("data[0].id");
        var pending = api.post("/webhooks/" + webhook + "/secret/rotate", Map.of("overlap_hours", 24))
                .jsonPath()
                .getString("data.pending_secret");
        request = next();
        assertThat(pending).startsWith("whsec_").isNotEqualTo(secret);
        for (var known : List.of(secret, pending)) {
            try (var js = node(known).run(sample("/docs/signatures", "raw-body"))) {
                assertThat(status(js, "receiveRequest", request.text())).isEqualTo(200);
                assertThat(status(js, "receiveRequest", request.text() + " ")).isEqualTo(401);
                assertThat(js.call("receiveRequest", Integer.class, request.text(), "{}"))
                        .isEqualTo(401);
            }
        }
    }

    @Test
    @DisplayName("contain a sample for Standard Webhooks")
    void standard() throws Exception {
        try (var js = node(secret).run(sample("/docs/signatures", "standard-webhooks"))) {
            assertThat(status(js, "receiveRequest", request.text())).isEqualTo(200);
            assertThat(status(js, "receiveRequest", request.text() + " ")).isEqualTo(401);
        }
    }

    @Test
    @DisplayName("contain a sample that processes each event once, and never an older state after a newer one")
    void newest() {
        try (var js = new JavaScript()
                .run(sample("/docs/deliveries", "newest"))
                .run(
                        "const receiveText = (id, sequence, body) => receive({'x-nexadesk-event-id': id, 'x-nexadesk-record': 'lead:1',"
                                + " 'x-nexadesk-sequence': sequence}, JSON.parse(body));"
                                + " const stored = () => records.get('lead:1').sequence;")) {
            var sequence = request.header("x-nexadesk-sequence");
            assertThat(js.call("receiveText", String.class, "a", sequence, request.text()))
                    .isEqualTo("stored");
            assertThat(js.call("receiveText", String.class, "a", sequence, request.text()))
                    .isEqualTo("duplicate");
            assertThat(js.call("receiveText", String.class, "b", "0".repeat(19), request.text()))
                    .isEqualTo("older");
            assertThat(js.call("stored", String.class)).isEqualTo(sequence);
        }
    }

    @Test
    @DisplayName("lose no event whose processing failed: it is processed when it arrives again")
    void failedWork() {
        try (var js = new JavaScript().run(sample("/docs/deliveries", "newest")).run("""
                        const store = records.set.bind(records);
                        let isBroken = true;
                        records.set = (id, value) => {
                            if (isBroken) {
                                isBroken = false;
                                throw new Error("the database is away");
                            }
                            return store(id, value);
                        };
                        const attempt = (id, body) => {
                            try {
                                return receive({'x-nexadesk-event-id': id}, JSON.parse(body));
                            } catch (e) {
                                return "failed";
                            }
                        };
                        """)) {
            assertThat(js.call("attempt", String.class, "a", request.text())).isEqualTo("failed");
            assertThat(js.call("attempt", String.class, "a", request.text())).isEqualTo("stored");
            assertThat(js.call("attempt", String.class, "a", request.text())).isEqualTo("duplicate");
        }
    }

    @Test
    @DisplayName("are public, and list every event type, every error and every retry")
    void complete() {
        for (var type : Catalog.all()) {
            assertThat(page("/docs")).contains("<code>" + type.name() + "</code>");
        }
        for (var code : ErrorCode.values()) {
            assertThat(page("/docs/troubleshooting")).contains("<code>" + code.value() + "</code>");
        }
        assertThat(page("/docs/deliveries")).contains("1 minute", "5 minutes", "30 minutes", "2 hours", "24 hours");
    }

    private int status(JavaScript js, String function, String body) throws Exception {
        var headers = new java.util.HashMap<String, String>();
        for (var name : List.of(
                "x-nexadesk-signature",
                "x-nexadesk-signature-next",
                "webhook-id",
                "webhook-timestamp",
                "webhook-signature")) {
            request.headers(name).forEach(value -> headers.put(name, value));
        }
        return js.call(function, Integer.class, body, new ObjectMapper().writeValueAsString(headers));
    }

    private static JavaScript node(String secret) {
        return new JavaScript()
                .define("secret", none -> secret)
                .define("hmac", given -> Signatures.documented(given[1].getBytes(StandardCharsets.UTF_8), given[0])
                        .substring("sha256=".length()))
                .define("standard", given -> isStandard(given[0], given[1], given[2], given[3], given[4]))
                .run(NODE);
    }

    private static boolean isStandard(String secret, String body, String id, String timestamp, String signature) {
        try {
            new Webhook(secret)
                    .verify(
                            body,
                            Map.of(
                                    "webhook-id", List.of(id),
                                    "webhook-timestamp", List.of(timestamp),
                                    "webhook-signature", List.of(signature)));
            return true;
        } catch (WebhookVerificationException e) {
            return false;
        }
    }

    /** The text of a sample, as a reader copies it. */
    private static String sample(String path, String id) {
        var found = Pattern.compile("<pre id=\"" + id + "\"[^>]*>(.*?)</pre>", Pattern.DOTALL)
                .matcher(page(path));
        assertThat(found.find()).as(id).isTrue();
        return found.group(1)
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    private static String page(String path) {
        return given().get(path).then().statusCode(200).extract().asString();
    }
}
