package ai.nexadesk.webhooks.webhook;

/**
 * A webhook was changed; fired in the changing transaction.
 *
 * @param id of the webhook
 */
public record WebhookChanged(String id) {}
