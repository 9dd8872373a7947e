package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.Base64;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The body of a response")
class ResponseBodiesTest {

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void subscribe() {
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
    }

    @Test
    @DisplayName("is decoded in its own charset, and its size is in bytes")
    void charset() {
        var delivery = deliver("text/plain; charset=ISO-8859-1", "", "größer als früh");
        var attempt = api.delivery(webhook, delivery).getMap("data.attempts[0]");
        assertThat(attempt)
                .containsEntry("response_body", "größer als früh")
                .containsEntry("response_body_size", 15)
                .containsEntry("response_body_base64", null);
        assertThat(page(delivery)).contains("größer als früh", "Response body · 15 B");
    }

    @Test
    @DisplayName("is not shown but can be downloaded if it is compressed, and is never rendered")
    void compressed() {
        var delivery = deliver("text/html", "Content-Encoding: gzip\r\n", "\u001f\u008b\b<script>");
        assertThat(api.delivery(webhook, delivery).getString("data.attempts[0].response_body_base64"))
                .isEqualTo(Base64.getEncoder().encodeToString(bytes("\u001f\u008b\b<script>")));
        assertThat(page(delivery)).contains("Compressed (gzip).", "Response body · 11 B", "Download");
        var download = Visitor.signedIn(api.workspace().agent()).get(path(delivery) + "/attempts/1/body");
        assertThat(download.statusCode()).isEqualTo(200);
        assertThat(download.asByteArray()).isEqualTo(bytes("\u001f\u008b\b<script>"));
        assertThat(download.contentType()).isEqualTo("application/octet-stream");
        assertThat(download.header("Content-Disposition")).startsWith("attachment;");
        assertThat(download.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    @DisplayName("is not found for another workspace or an attempt that was not made")
    void notThere() {
        var delivery = deliver("image/png", "", "x");
        var own = Visitor.signedIn(api.workspace().agent());
        assertThat(own.get(path(delivery) + "/attempts/1/body").statusCode()).isEqualTo(200);
        assertThat(own.get(path(delivery) + "/attempts/2/body").statusCode()).isEqualTo(404);
        var stranger = Visitor.signedIn(Api.ofNewWorkspace().workspace().admin());
        assertThat(stranger.get(path(delivery) + "/attempts/1/body").statusCode())
                .isEqualTo(404);
    }

    private String deliver(String type, String headers, String latin1) {
        receiver.answer(Answer.rawKeptAlive("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n" + headers
                + "Content-Length: " + latin1.length() + "\r\n\r\n" + latin1));
        var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}"));
        api.await(webhook, delivery, "delivered", 1);
        return delivery;
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private String path(String delivery) {
        return "/settings/webhooks/" + webhook + "/logs/" + delivery;
    }

    private String page(String delivery) {
        return Visitor.signedIn(api.workspace().agent()).get(path(delivery)).asString();
    }
}
