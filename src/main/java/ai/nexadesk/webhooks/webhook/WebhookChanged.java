package ai.nexadesk.webhooks.webhook;

/**
 * A webhook was changed; fired in the changing transaction.
 *
 * @param id the webhook's ID
 */
public record WebhookChanged(String id) {}
