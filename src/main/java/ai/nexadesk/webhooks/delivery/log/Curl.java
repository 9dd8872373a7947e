package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.outbound.Message;
import ai.nexadesk.webhooks.outbound.SignedHeaders;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.header.RequestHeaders;
import ai.nexadesk.webhooks.webhook.secret.SecretPair;
import ai.nexadesk.webhooks.webhook.secret.SecretService;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import jakarta.inject.Singleton;

/**
 * Writes a delivery's request as a shell command. It is signed for the current time, so that receivers accept its timestamp. It
 * contains neither the secret nor the values of custom headers.
 */
@Singleton
class Curl {

    private final SecretService signingSecrets;
    private final InstantSource clock;
    private final String version;

    Curl(
            SecretService signingSecrets,
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
                detail.context(),
                delivery.replayId());
        SecretPair secrets = signingSecrets.of(webhook);
        var headers = new ArrayList<>(
                SignedHeaders.of(message, secrets.current(), secrets.pending(), clock.instant(), version));
        headers.addAll(RequestHeaders.masked(webhook.headerNames));
        return command(webhook.url, headers, detail.requestBody());
    }

    /** Escapes text for the shell, for curl's URL patterns, and for curl's file syntax. */
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

    /** Writes invisible characters, and those that reverse text, as bytes, which bash, zsh and ksh decode. */
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
