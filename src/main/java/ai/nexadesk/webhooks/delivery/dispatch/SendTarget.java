package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.webhook.WebhookStatus;
import ai.nexadesk.webhooks.webhook.pace.Pace;
import ai.nexadesk.webhooks.webhook.secret.SecretPair;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A webhook's data for attempts: the URL, headers and secrets.
 *
 * @param url null if the webhook is gone, or this server's rules no longer accept its URL
 * @param status whether it gets events
 * @param headers custom request headers
 * @param secrets null if the webhook is gone
 * @param pace the limits on requests; null if there are none
 */
record SendTarget(
        @Nullable EndpointUrl url,
        WebhookStatus status,
        List<Header> headers,
        @Nullable SecretPair secrets,
        @Nullable Pace pace) {

    /** A deleted webhook. */
    static final SendTarget GONE = new SendTarget(null, WebhookStatus.DISABLED, List.of(), null, null);

    /** This target with other secrets. */
    SendTarget signedWith(SecretPair others) {
        return new SendTarget(url, status, headers, others, pace);
    }

    /** Whether it gets events. */
    boolean isActive() {
        return status == WebhookStatus.ACTIVE;
    }

    /** Whether its pace is so slow that repeating a request immediately could exceed it. */
    boolean isSlow() {
        return pace != null && pace.isSlow();
    }
}
