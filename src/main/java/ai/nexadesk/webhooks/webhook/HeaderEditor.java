package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.access.audit.Change;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.webhook.header.RequestHeaders;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import jakarta.enterprise.context.ApplicationScoped;

/** Applies the custom request headers of a draft to a webhook. */
@ApplicationScoped
class HeaderEditor {

    private final SecretCipher cipher;

    HeaderEditor(SecretCipher cipher) {
        this.cipher = cipher;
    }

    /**
     * Sets and removes headers. Drops the existing headers if the host changed. Returns the headers whose values were
     * replaced.
     */
    List<Change> apply(WebhookDraft draft, Webhook webhook, boolean hostChanged) {
        var entered = draft.headers == null ? Map.<String, @Nullable String>of() : draft.headers;
        if (entered.isEmpty() && !(hostChanged && webhook.headers != null)) {
            return List.of();
        }
        var former = cipher.headers(webhook);
        var next = enter(entered, hostChanged ? RequestHeaders.NONE : former);
        if (next.equals(former)) {
            return List.of();
        }
        if (hostChanged) {
            webhook.droppedHeaders = former.names().stream()
                    .filter(name -> entered.keySet().stream().noneMatch(name::equalsIgnoreCase))
                    .toList();
        }
        cipher.setHeaders(webhook, next);
        return next.headers().stream()
                .filter(header -> former.names().contains(header.name())
                        && !former.headers().contains(header))
                .map(header -> new Change("header " + header.name(), RequestHeaders.MASK, "another value"))
                .toList();
    }

    private static RequestHeaders enter(Map<String, @Nullable String> entered, RequestHeaders present) {
        try {
            return present.with(entered);
        } catch (RequestHeaders.TooManyException e) {
            throw ApiException.invalid("headers", e.getMessage());
        }
    }
}
