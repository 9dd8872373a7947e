package ai.nexadesk.webhooks.outbound;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The headers of an attempt: NexaDesk's documented signature, and those of <a
 * href="https://www.standardwebhooks.com">Standard Webhooks</a>, whose libraries can also verify the requests.
 */
public final class SignedHeaders {
    private SignedHeaders() {}

    /**
     * All headers of one attempt, each exactly once.
     *
     * @param current the secret of the documented signature
     * @param pending the new secret during a rotation: receivers that already use it find its signature in {@code
     *      X-NexaDesk-Signature-Next} and {@code webhook-signature}
     * @param now the current time, which receivers compare with their clock
     * @param version the product's version, for the user agent
     */
    public static List<Header> of(
            Message message, SigningSecret current, @Nullable SigningSecret pending, Instant now, String version) {
        String timestamp = Long.toString(now.getEpochSecond());
        byte[] signedPrefix = (message.eventId() + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
        String standard = standard(current, signedPrefix, message.body());
        List<Header> headers = new ArrayList<>(16);
        headers.add(new Header("Content-Type", "application/json"));
        headers.add(new Header("User-Agent", "NexaDesk-Webhooks/" + version));
        headers.add(new Header("X-NexaDesk-Signature", documented(current, message.body())));
        if (pending != null) {
            headers.add(new Header("X-NexaDesk-Signature-Next", documented(pending, message.body())));
            standard += " " + standard(pending, signedPrefix, message.body());
        }
        headers.add(new Header("X-NexaDesk-Event", message.eventType()));
        headers.add(new Header("X-NexaDesk-Event-Id", message.eventId()));
        headers.add(new Header("X-NexaDesk-Delivery", message.deliveryId()));
        headers.add(new Header("X-NexaDesk-Attempt", Integer.toString(message.attempt())));
        add(headers, "X-NexaDesk-Record", message.context().record());
        add(headers, "X-NexaDesk-Sequence", message.sequence());
        add(headers, "X-NexaDesk-Changed", message.context().changedNames());
        add(headers, "X-NexaDesk-Actor", message.context().actor());
        add(headers, "X-NexaDesk-Replay", message.replay());
        headers.add(new Header("webhook-id", message.eventId()));
        headers.add(new Header("webhook-timestamp", timestamp));
        headers.add(new Header("webhook-signature", standard));
        return List.copyOf(headers);
    }

    private static void add(List<Header> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.add(new Header(name, value));
        }
    }

    private static String documented(SigningSecret secret, byte[] body) {
        return "sha256=" + HexFormat.of().formatHex(HmacSha256.of(secret.documentedKey(), body));
    }

    private static String standard(SigningSecret secret, byte[] prefix, byte[] body) {
        return "v1," + Base64.getEncoder().encodeToString(HmacSha256.of(secret.standardKey(), prefix, body));
    }
}
