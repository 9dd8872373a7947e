package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.webhook.condition.Conditions;
import ai.nexadesk.webhooks.webhook.pace.Pace;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/** The requested settings of a webhook. A null member keeps its value; in a new webhook, it gets its default. */
public final class WebhookDraft {

    /** The endpoint. Required for a new webhook. */
    public @Nullable String url;

    /** Event types and patterns such as {@code lead.*}, or only {@code *}. Required for a new webhook. */
    public @Nullable List<String> events;

    /** Free text of at most 200 characters. */
    public @Nullable String description;

    /** Conditions that events must meet; none if it has no rules. */
    public @Nullable Conditions conditions;

    /** API keys whose events the webhook does not receive. */
    public @Nullable List<String> ignoreActors;

    /** Whether deliveries of one record wait for each other. */
    public @Nullable Boolean ordered;

    /** For how many seconds updates of a record are merged; 0 to send every update. */
    public @Nullable Integer coalesceSeconds;

    /** Whether the webhook receives events. */
    public @Nullable Boolean enabled;

    /** Changes to its request headers: a value sets one, null removes it. */
    public @Nullable Map<String, @Nullable String> headers;

    /** Maximum requests per second, or {@link Pace#NO_LIMIT}. */
    public @Nullable Integer maxPerSecond;

    /** Maximum requests at a time, or {@link Pace#NO_LIMIT}. */
    public @Nullable Integer maxInFlight;

    /** Whether to hide the warning about an endpoint that accepts forged requests. */
    public @Nullable Boolean verificationWarningDismissed;

    /** A draft that only enables or disables. */
    static WebhookDraft enabled(boolean enabled) {
        var draft = new WebhookDraft();
        draft.enabled = enabled;
        return draft;
    }

    /** Applies all but {@link #enabled} and {@link #headers}. */
    void applyTo(Webhook webhook) {
        if (url != null) {
            webhook.url = url;
        }
        if (events != null) {
            webhook.events = events;
        }
        if (description != null) {
            webhook.description = description;
        }
        webhook.setFilter(webhook.filter().with(conditions, ignoreActors));
        var seconds = coalesceSeconds == null ? webhook.coalesceSeconds : coalesceSeconds;
        webhook.setOrder(ordered == null ? webhook.ordered : ordered, seconds == null || seconds == 0 ? null : seconds);
        webhook.pace = webhook.pace().with(maxPerSecond, maxInFlight);
        if (verificationWarningDismissed != null) {
            webhook.verificationWarningDismissed = verificationWarningDismissed;
        }
    }
}
