package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.outbound.Message;
import ai.nexadesk.webhooks.outbound.SignedHeaders;
import ai.nexadesk.webhooks.outbound.SigningSecret;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jakarta.inject.Singleton;

/** Formats alerts for each service. A webhook's name is never interpreted as markup. */
@Singleton
class AlertBody {

    private final ObjectMapper json;
    private final InstantSource clock;
    private final String version;

    AlertBody(
            ObjectMapper json,
            InstantSource clock,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.json = json;
        this.clock = clock;
        this.version = version;
    }

    /** The content of a request. */
    record Request(List<Header> headers, byte[] body) {}

    Request slack(AlertMessage message) {
        return plain(Map.of(
                "text",
                "*" + escaped(message.title()) + "*\n" + escaped(message.text()) + "\n<" + message.link()
                        + "|Open in NexaDesk>"));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** An Adaptive Card. Its rich text blocks contain no markup. */
    Request teams(AlertMessage message) {
        var card = Map.of(
                "$schema", "http://adaptivecards.io/schemas/adaptive-card.json",
                "type", "AdaptiveCard",
                "version", "1.4",
                "body", List.of(block(message.title(), "Bolder"), block(message.text(), "Default")),
                "actions",
                        List.of(Map.of("type", "Action.OpenUrl", "title", "Open in NexaDesk", "url", message.link())));
        return plain(Map.of(
                "type",
                "message",
                "attachments",
                List.of(Map.of("contentType", "application/vnd.microsoft.card.adaptive", "content", card))));
    }

    private static Map<String, Object> block(String text, String weight) {
        return Map.of(
                "type", "RichTextBlock", "inlines", List.of(Map.of("type", "TextRun", "text", text, "weight", weight)));
    }

    private Request plain(Map<String, ?> body) {
        return new Request(
                List.of(
                        new Header("Content-Type", "application/json"),
                        new Header("User-Agent", "NexaDesk-Webhooks/" + version)),
                bytes(body));
    }

    /** A request like a delivery, with the same four members and signatures. */
    Request signed(AlertMessage message, AlertChannel channel, SigningSecret secret, String id, int attempt) {
        var now = clock.instant();
        var data = new LinkedHashMap<>(message.data());
        data.put("title", message.title());
        data.put("text", message.text());
        var body = new LinkedHashMap<String, Object>();
        body.put("event", message.type());
        body.put("timestamp", now.truncatedTo(ChronoUnit.MILLIS));
        body.put("workspace_id", channel.workspaceId);
        body.put("data", data);
        var bytes = bytes(body);
        return new Request(
                SignedHeaders.of(
                        new Message(message.type(), id, channel.publicId(), attempt, bytes),
                        secret,
                        null,
                        now,
                        version),
                bytes);
    }

    private byte[] bytes(Object body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
