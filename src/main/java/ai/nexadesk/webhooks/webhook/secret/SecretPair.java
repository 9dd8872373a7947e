package ai.nexadesk.webhooks.webhook.secret;

import ai.nexadesk.webhooks.outbound.SigningSecret;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * The signing secrets of a webhook at a moment.
 *
 * @param current the secret that signs requests
 * @param pending the second secret during the overlap of a rotation; null without one
 * @param pendingFrom when the pending one becomes current; null without one
 */
public record SecretPair(
        SigningSecret current,
        @Nullable SigningSecret pending,
        @Nullable Instant pendingFrom) {

    /** The secrets to sign with at this moment. After the overlap, the pending one is the current one. */
    public SecretPair at(Instant now) {
        return pending == null || pendingFrom == null || now.isBefore(pendingFrom)
                ? this
                : new SecretPair(pending, null, null);
    }
}
