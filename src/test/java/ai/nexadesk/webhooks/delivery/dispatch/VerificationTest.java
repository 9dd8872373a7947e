package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Signatures;
import ai.nexadesk.webhooks.testing.text.JavaScript;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Verifies deliveries as receivers do, with the documentation's sample and with a Standard Webhooks library. */
@QuarkusTest
@DisplayName("Every delivery of a run with odd payloads")
class VerificationTest {

    private static final List<String> ODD = List.of(
            "{\"n\":1.0}",
            "{\"n\":1e21,\"m\":-0,\"o\":-0.0,\"p\":1E-7,\"q\":0.1e1,\"r\":123456789012345680000.0}",
            "{\"n\":9007199254740991,\"m\":-9007199254740991,\"o\":5e-324,\"p\":1.7976931348623157e308}",
            "{\"emoji\":\"😀\",\"escaped\":\"\\ud83d\\ude00\",\"cut\":\"Hello \\ud83d\",\"low\":\"\\ude00!\"}",
            "{\"b\":1,\"10\":2,\"9\":3,\"01\":4,\"4294967294\":5,\"4294967295\":6,\"-1\":7,\"\":8}",
            "{\"c\":\"\\u0000\\u0001\\b\\f\\n\\r\\t\\u001f\\u007f\\u0080\"}",
            "{\"s\":\"a\\/b \\u003cscript\\u003e \\u2028\\u2029 \\\"q\\\" \\\\\"}",
            "{\"accent\":\"\\u00e9\",\"raw\":\"é\",\"rtl\":\"\\u202e\"}",
            "{  \"white\" : [ 1 , [ ] , { } , null , true , false ]  }",
            "{\"nested\":{\"2\":{\"1\":[{\"b\":1,\"0\":2}]},\"1\":\"x\"}}",
            "{\"constructor\":1,\"toString\":2,\"hasOwnProperty\":3,\"length\":4}");

    /** Copied verbatim from the documentation. */
    private static final String SAMPLE = """
            const crypto = require("crypto");

            function verifyWebhook(body, signature, secret) {
              const expected = "sha256=" +
                crypto.createHmac("sha256", secret)
                  .update(body, "utf-8")
                  .digest("hex");
              return crypto.timingSafeEqual(
                Buffer.from(signature),
                Buffer.from(expected)
              );
            }
            """;

    /** The part of Node's API that the sample uses. Java computes the HMAC. */
    private static final String NODE = """
            const Buffer = { from: text => text };
            function require(name) {
              return {
                createHmac: (algorithm, secret) => ({
                  update(text, encoding) { this.text = text; return this; },
                  digest(encoding) { return hmac(secret, this.text); }
                }),
                timingSafeEqual(a, b) {
                  if (a.length !== b.length) throw new RangeError("Input buffers must have the same byte length");
                  return a === b;
                }
              };
            }
            function handler(rawBody, signature, secret) {
              const req = { body: JSON.parse(rawBody) };
              return verifyWebhook(JSON.stringify(req.body), signature, secret);
            }
            """;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String secret;
    private List<Receiver.Request> deliveries;

    @BeforeEach
    void deliver() {
        secret = api.secret(api.createWebhook(receiver.url("/"), "*"));
        receiver.clear();
        ODD.forEach(data -> api.publish("message.created", data));
        deliveries = receiver.await(ODD.size(), Duration.ofSeconds(20));
    }

    @Test
    @DisplayName(
            "is accepted by the documentation's sample over JSON.stringify(req.body), and a changed byte is rejected")
    void documentedSample() {
        try (var js = new JavaScript()) {
            js.define("hmac", arguments -> Signatures.documented(
                                    arguments[1].getBytes(StandardCharsets.UTF_8), arguments[0])
                            .substring("sha256=".length()))
                    .run(NODE)
                    .run(SAMPLE);
            for (var delivery : deliveries) {
                var signature = delivery.header("x-nexadesk-signature");
                assertThat(js.call("handler", Boolean.class, delivery.text(), signature, secret))
                        .as(delivery.text())
                        .isTrue();
                assertThat(js.stringifyParsed(delivery.text())).isEqualTo(delivery.text());
                var changed = delivery.text().replace("\"timestamp\":\"2", "\"timestamp\":\"3");
                assertThat(js.call("handler", Boolean.class, changed, signature, secret))
                        .isFalse();
            }
        }
    }

    @Test
    @DisplayName("is accepted by a Standard Webhooks library, and a changed byte is rejected")
    void standardWebhooks() throws Exception {
        var verifier = new Webhook(secret);
        for (var delivery : deliveries) {
            Map<String, List<String>> headers = Map.of(
                    "webhook-id", delivery.headers("webhook-id"),
                    "webhook-timestamp", delivery.headers("webhook-timestamp"),
                    "webhook-signature", delivery.headers("webhook-signature"));
            assertThatCode(() -> verifier.verify(delivery.text(), headers)).doesNotThrowAnyException();
            assertThatThrownBy(() -> verifier.verify(delivery.text() + " ", headers))
                    .isInstanceOf(WebhookVerificationException.class);
        }
    }
}
