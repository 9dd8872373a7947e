package ai.nexadesk.webhooks.webhook;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The health of webhooks. A port: the package of health implements it as the bean {@value #BEAN}, for the pages of webhooks.
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
