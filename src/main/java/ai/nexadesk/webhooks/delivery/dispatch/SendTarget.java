package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.webhook.WebhookStatus;
import ai.nexadesk.webhooks.webhook.pace.Pace;
import ai.nexadesk.webhooks.webhook.secret.Secrets;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A webhook as an attempt needs it: where to and signed with what.
 *
 * @param url null if the webhook is gone, or its URL is no longer accepted by the rules of this server
 * @param status whether it gets events
 * @param headers what it adds to requests
 * @param secrets null if the webhook is gone
 * @param pace how much it takes; null if there is no limit
 */
record SendTarget(
        @Nullable EndpointUrl url,
        WebhookStatus status,
        List<Header> headers,
        @Nullable Secrets secrets,
        @Nullable Pace pace) {

    /** What is left of a webhook that was deleted. */
    static final SendTarget GONE = new SendTarget(null, WebhookStatus.DISABLED, List.of(), null, null);

    /** The same with other secrets. */
    SendTarget signedWith(Secrets others) {
        return new SendTarget(url, status, headers, others, pace);
    }

    /** Whether it gets events. */
    boolean isActive() {
        return status == WebhookStatus.ACTIVE;
    }

    /** Whether it takes so few requests that one which is repeated on the spot may be too many. */
    boolean isSlow() {
        return pace != null && pace.isSlow();
    }
}
