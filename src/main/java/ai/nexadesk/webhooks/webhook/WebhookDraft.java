package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.webhook.condition.Conditions;
import ai.nexadesk.webhooks.webhook.pace.Pace;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * What somebody wants a webhook to be. A member that is null stays as it is, or as it is by default in a new webhook.
 *
 * @param url the endpoint; must be given for a new webhook
 * @param events one or more event types and patterns such as {@code lead.*}, or only {@code *}; must be given for a new webhook
 * @param description free text of at most 200 characters
 * @param conditions what events must meet; without rules, nothing
 * @param ignoreActors API keys whose events it does not get
 * @param ordered whether deliveries of one record wait for each other
 * @param coalesceSeconds for how many seconds updates of a record are merged; 0 for not at all
 * @param enabled whether it shall get events
 * @param headers what to change of its request headers: a value sets one, null removes it
 * @param maxPerSecond how many requests it takes in a second, or {@link Pace#NO_LIMIT}
 * @param maxInFlight how many it takes at a time, or {@link Pace#NO_LIMIT}
 * @param verificationWarningDismissed whether to be quiet about an endpoint that accepts forged requests
 */
public record WebhookDraft(
        @Nullable String url,
        @Nullable List<String> events,
        @Nullable String description,
        @Nullable Conditions conditions,
        @Nullable List<String> ignoreActors,
        @Nullable Boolean ordered,
        @Nullable Integer coalesceSeconds,
        @Nullable Boolean enabled,
        @Nullable Map<String, @Nullable String> headers,
        @Nullable Integer maxPerSecond,
        @Nullable Integer maxInFlight,
        @Nullable Boolean verificationWarningDismissed) {

    /** One that names nothing. */
    static final WebhookDraft NOTHING =
            new WebhookDraft(null, null, null, null, null, null, null, null, null, null, null, null);

    /** One that only dismisses the warning. */
    static final WebhookDraft DISMISSING =
            new WebhookDraft(null, null, null, null, null, null, null, null, null, null, null, true);

    /** One that only switches. */
    static WebhookDraft enabled(boolean enabled) {
        return new WebhookDraft(null, null, null, null, null, null, null, enabled, null, null, null, null);
    }
}
