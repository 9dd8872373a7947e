package ai.nexadesk.webhooks.webhook;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What somebody wants a webhook to be. A member that is null stays as it is, or as it is by default in a new webhook.
 *
 * @param url the endpoint; must be given for a new webhook
 * @param events one or more event types and patterns such as {@code lead.*}, or only {@code *}; must be given for a new webhook
 * @param description free text of at most 200 characters
 * @param enabled whether it shall get events
 */
public record WebhookDraft(
        @Nullable String url,
        @Nullable List<String> events,
        @Nullable String description,
        @Nullable Boolean enabled) {}
