package ai.nexadesk.webhooks.webhook;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/**
 * Knows which webhooks will be disabled because no delivery succeeded. A port: the health package implements it as the
 * bean {@value #BEAN}, for the pages of webhooks.
 */
public interface DisableWarnings {

    /** The name of the bean, for templates. */
    String BEAN = "warnings";

    /**
     * The warning of a webhook.
     *
     * @param since the first failure after the last success
     * @param until when the webhook will be disabled if nothing changes
     */
    record Warning(Instant since, Instant until) {}

    /** The warning of a webhook; null if it has none. */
    @Nullable
    Warning warning(String webhookId);

    /** The warnings of these webhooks, by ID; omits webhooks without one. */
    Map<String, Warning> warnings(Collection<String> webhookIds);
}
