package ai.nexadesk.webhooks.webhook;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The health of webhooks. A port: the health package implements it as the bean {@value #BEAN}, for the pages of
 * webhooks.
 */
public interface WebhookHealth {

    /** The name of the bean, for templates. */
    String BEAN = "health";

    /** The health of these webhooks, by ID. */
    Map<String, Health> ofAll(Collection<String> webhookIds);

    /** The health of this webhook. */
    default Health of(String webhookId) {
        return ofAll(List.of(webhookId)).get(webhookId);
    }
}
