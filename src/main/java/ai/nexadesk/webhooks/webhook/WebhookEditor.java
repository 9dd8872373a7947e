package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Workspace;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.access.audit.Change;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.query.IfMatch;
import ai.nexadesk.webhooks.outbound.SigningSecret;
import ai.nexadesk.webhooks.webhook.condition.Conditions;
import ai.nexadesk.webhooks.webhook.condition.EventFilter;
import io.quarkus.narayana.jta.QuarkusTransaction;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;

/**
 * Creates, changes and deletes webhooks, for pages and REST. Call it outside of transactions: a change is committed before the endpoint
 * is pinged, so no transaction waits for an endpoint.
 */
@ApplicationScoped
public class WebhookEditor {

    private final WebhookSettings settings;
    private final InstantSource clock;
    private final Webhooks webhooks;
    private final DraftCheck drafts;
    private final HeaderEditor headers;
    private final SecretCipher cipher;
    private final EndpointVerification verification;
    private final Deliveries deliveries;

    WebhookEditor(
            WebhookSettings settings,
            InstantSource clock,
            Webhooks webhooks,
            DraftCheck drafts,
            HeaderEditor headers,
            SecretCipher cipher,
            EndpointVerification verification,
            Deliveries deliveries) {
        this.settings = settings;
        this.clock = clock;
        this.webhooks = webhooks;
        this.drafts = drafts;
        this.headers = headers;
        this.cipher = cipher;
        this.verification = verification;
        this.deliveries = deliveries;
    }

    /**
     * Saves a new webhook with a new secret and pings it, unless it is created disabled.
     *
     * @return the webhook after the ping: active, or unverified with the reason
     * @throws ApiException 400 with the problems of each member, 409 if the workspace has the maximum number
     */
    public Webhook create(WebhookDraft draft, Caller caller) {
        return create(draft, "", caller);
    }

    /**
     * Saves a new webhook from a form that may be sent twice.
     *
     * @param token identifies the form; the same token creates only one webhook; blank to create another webhook each
     *     time
     */
    public Webhook create(WebhookDraft draft, String token, Caller caller) {
        var checked = drafts.check(draft, true);
        boolean enabled = !Boolean.FALSE.equals(draft.enabled);
        var created = QuarkusTransaction.requiringNew().call(() -> {
            // Locked, so that two concurrent requests cannot both take the last place.
            Workspace.findById(caller.workspaceId(), LockModeType.PESSIMISTIC_WRITE);
            var id = token.isBlank() ? WebhookIds.random() : WebhookIds.of(token, caller);
            var known = Webhook.findEvenDeleted(caller.workspaceId(), id);
            if (known.isPresent() && !known.get().isDeleted()) {
                return known.get();
            }
            if (Webhook.allOf(caller.workspaceId()).size() >= settings.maxPerWorkspace()) {
                throw ApiException.conflict(
                        "too_many_webhooks",
                        "A workspace may have at most " + settings.maxPerWorkspace()
                                + " webhooks. Delete one you no longer need.");
            }
            var webhook =
                    new Webhook(known.isPresent() ? WebhookIds.random() : id, caller.workspaceId(), clock.instant());
            webhook.description = "";
            checked.applyTo(webhook);
            headers.apply(checked, webhook, false);
            webhook.secret = cipher.seal(SigningSecret.generate(), webhook);
            if (!enabled) {
                webhook.disable(disabledBy(caller));
            }
            webhook.persist();
            AuditEntry.record(
                    caller, "webhook.created", webhook.id, webhook.title(), Change.between(Map.of(), webhook.facts()));
            return webhook;
        });
        return enabled ? verification.verify(created.id, caller) : created;
    }

    /**
     * Applies a draft. Changing the URL or enabling the webhook sends a ping. A draft without changes does not update the time of
     * the last change.
     *
     * @throws ApiException 400 with the problems of each member, 404 if there is no such webhook
     */
    public Webhook update(String id, WebhookDraft draft, Caller caller) {
        return update(id, draft, IfMatch.ANY, caller);
    }

    /** Applies a draft, if the webhook has not changed since it was read. */
    public Webhook update(String id, WebhookDraft draft, IfMatch expected, Caller caller) {
        var checked = drafts.check(draft, false);
        var ping = new boolean[1];
        var dropped = new ArrayList<List<String>>(List.of(List.of()));
        var updated = webhooks.changeIf(id, caller, webhook -> {
            expected.require(webhook.tag());
            boolean urlChanged = checked.url != null && !checked.url.equals(webhook.url);
            var before = webhook.facts();
            boolean hostChanged = urlChanged && !hostOf(checked.url).equals(hostOf(webhook.url));
            boolean wasInOrder = webhook.isInOrder();
            checked.applyTo(webhook);
            if (webhook.isInOrder() != wasInOrder) {
                deliveries.order(webhook);
            }
            var replaced = headers.apply(checked, webhook, hostChanged);
            dropped.set(0, webhook.droppedHeaders);
            if (Boolean.FALSE.equals(checked.enabled) && !webhook.isDisabled()) {
                webhook.disable(disabledBy(caller));
                deliveries.cancelAll(webhook);
            } else if (Boolean.TRUE.equals(checked.enabled) && webhook.isDisabled()
                    || urlChanged && !webhook.isDisabled()) {
                webhook.status = WebhookStatus.UNVERIFIED;
                webhook.disabledReason = null;
                deliveries.hold(webhook);
                ping[0] = true;
            }
            if (urlChanged) {
                webhook.verifies = null;
                webhook.verificationWarningDismissed = false;
                webhook.lastPing = null;
            }
            var changes = new ArrayList<>(Change.between(before, webhook.facts()));
            changes.addAll(replaced);
            if (!changes.isEmpty()) {
                AuditEntry.record(caller, "webhook.updated", webhook.id, webhook.title(), changes);
            }
            return !changes.isEmpty();
        });
        var result = ping[0] ? verification.verify(id, caller) : updated;
        result.droppedHeaders = dropped.get(0);
        return result;
    }

    /**
     * Returns a filter with these changes, without saving it.
     *
     * @throws ApiException 400 with the problems of each member
     */
    public EventFilter checked(
            EventFilter present, @Nullable Conditions conditions, @Nullable List<String> ignoreActors) {
        var draft = new WebhookDraft();
        draft.conditions = conditions;
        draft.ignoreActors = ignoreActors;
        var checked = drafts.check(draft, false);
        return present.with(checked.conditions, checked.ignoreActors);
    }

    /** Disables a webhook and cancels its pending deliveries. */
    public Webhook disable(String id, Caller caller) {
        return update(id, WebhookDraft.enabled(false), caller);
    }

    /** Enables a webhook if its endpoint answers a ping with 200. */
    public Webhook enable(String id, Caller caller) {
        return update(id, WebhookDraft.enabled(true), caller);
    }

    /** Deletes a webhook and cancels its pending deliveries. Its log stays. */
    public void delete(String id, Caller caller) {
        delete(id, IfMatch.ANY, caller);
    }

    /** Deletes a webhook, if it has not changed since it was read. */
    public void delete(String id, IfMatch expected, Caller caller) {
        webhooks.change(id, caller, webhook -> {
            expected.require(webhook.tag());
            webhook.deletedAt = clock.instant();
            deliveries.cancelAll(webhook);
            AuditEntry.record(
                    caller, "webhook.deleted", webhook.id, webhook.title(), Change.between(webhook.facts(), Map.of()));
        });
    }

    private static String disabledBy(Caller caller) {
        return "Disabled by " + caller.name() + ".";
    }

    /** The host of a URL. Java's URI has none if its name contains an underscore. */
    private static String hostOf(String url) {
        return URI.create(url).getRawAuthority().replaceFirst(":\\d+$", "");
    }
}
