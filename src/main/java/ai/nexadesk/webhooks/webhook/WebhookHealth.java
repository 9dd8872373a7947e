package ai.nexadesk.webhooks.webhook;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Says how webhooks are doing. A port: the room that follows attempts implements it as the bean {@value #BEAN}, and the pages of
 * webhooks show it.
 */
public interface WebhookHealth {

    /** The name of the bean, for templates. */
    String BEAN = "health";

    /** How these webhooks are doing, by their ids. */
    Map<String, Health> ofAll(Collection<String> webhookIds);

    /** How this webhook is doing. */
    default Health of(String webhookId) {
        return ofAll(List.of(webhookId)).get(webhookId);
    }
}
