package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.sending.EndpointUrl;
import ai.nexadesk.webhooks.webhook.Secrets;
import ai.nexadesk.webhooks.webhook.WebhookStatus;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as an attempt needs it: where to and signed with what.
 *
 * @param url null if the webhook is gone, or its URL is no longer accepted by the rules of this server
 * @param status whether it gets events
 * @param secrets null if the webhook is gone
 */
record Target(
        @Nullable EndpointUrl url,
        WebhookStatus status,
        @Nullable Secrets secrets) {

    /** What is left of a webhook that was deleted. */
    static final Target GONE = new Target(null, WebhookStatus.DISABLED, null);

    /** Whether it gets events. */
    boolean isActive() {
        return status == WebhookStatus.ACTIVE;
    }
}
