package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.outbound.Message;
import ai.nexadesk.webhooks.outbound.SignedHeaders;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.header.RequestHeaders;
import ai.nexadesk.webhooks.webhook.secret.Secrets;
import ai.nexadesk.webhooks.webhook.secret.SigningSecrets;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import jakarta.inject.Singleton;

/**
 * Writes a delivery's request as a command for a shell. It is signed for this moment, so that receivers which refuse old
 * timestamps take it; neither the secret itself nor the values of request headers are in it.
 */
@Singleton
class Curl {

    private final SigningSecrets signingSecrets;
    private final InstantSource clock;
    private final String version;

    Curl(
            SigningSecrets signingSecrets,
            InstantSource clock,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.signingSecrets = signingSecrets;
        this.clock = clock;
        this.version = version;
    }

    /** The request of this delivery's newest attempt, or of its first if there was none yet. */
    String command(Webhook webhook, DeliveryLog.Detail detail) {
        var delivery = detail.entry().delivery();
        var body = detail.requestBody().getBytes(StandardCharsets.UTF_8);
        var message = new Message(
                delivery.eventType,
                delivery.eventId,
                delivery.publicId(),
                Math.max(1, delivery.attempts),
                body,
                detail.sequence(),
                detail.context());
        Secrets secrets = signingSecrets.of(webhook);
        var headers = new ArrayList<>(
                SignedHeaders.of(message, secrets.current(), secrets.pending(), clock.instant(), version));
        headers.addAll(RequestHeaders.masked(webhook.headerNames));
        return command(webhook.url, headers, detail.requestBody());
    }

    /** Nothing here is more than text to the shell, to curl's patterns for URLs or to its way of reading files. */
    static String command(String url, List<Header> headers, String body) {
        var command = new StringBuilder("curl --globoff --include --url ").append(quoted(url));
        for (var header : headers) {
            command.append(" \\\n  --header ").append(quoted(header.name() + ": " + header.value()));
        }
        return command.append(" \\\n  --data-raw ").append(quoted(body)).toString();
    }

    private static String quoted(String text) {
        return isAllVisible(text) ? "'" + text.replace("'", "'\\''") + "'" : "$'" + escaped(text) + "'";
    }

    /** What cannot be seen, or turns other text around, is written as its bytes; bash, zsh and ksh read them back. */
    private static String escaped(String text) {
        var escaped = new StringBuilder();
        text.codePoints().mapToObj(Character::toString).forEach(character -> {
            if (!isAllVisible(character)) {
                for (byte one : character.getBytes(StandardCharsets.UTF_8)) {
                    escaped.append(String.format("\\x%02x", one));
                }
            } else {
                escaped.append(character.equals("'") || character.equals("\\") ? "\\" : "")
                        .append(character);
            }
        });
        return escaped.toString();
    }

    private static boolean isAllVisible(String text) {
        return Formats.visible(text).equals(text);
    }
}
