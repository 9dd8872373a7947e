package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Workspace;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.access.audit.Change;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Hashes;
import ai.nexadesk.webhooks.api.query.IfMatch;
import ai.nexadesk.webhooks.database.Acting;
import ai.nexadesk.webhooks.outbound.SigningSecret;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.condition.Conditions;
import ai.nexadesk.webhooks.webhook.condition.EventFilter;
import ai.nexadesk.webhooks.webhook.header.RequestHeaders;
import io.quarkus.narayana.jta.QuarkusTransaction;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.LockModeType;

/**
 * Operations on webhooks, for pages and REST. They must be called outside of transactions: a change is committed before the endpoint
 * is pinged, so no transaction waits for an endpoint.
 */
@ApplicationScoped
public class Webhooks {

    private static final String ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int ID_LENGTH = 20;

    private final SecureRandom random = new SecureRandom();
    private final Settings settings;
    private final InstantSource clock;
    private final DraftCheck drafts;
    private final SecretCipher cipher;
    private final Pings pings;
    private final Deliveries deliveries;
    private final Notices notices;
    private final Event<WebhookChanged> changes;
    private final ExecutorService executor;

    Webhooks(
            Settings settings,
            InstantSource clock,
            DraftCheck drafts,
            SecretCipher cipher,
            Pings pings,
            Deliveries deliveries,
            Notices notices,
            Event<WebhookChanged> changes,
            ExecutorService executor) {
        this.settings = settings;
        this.clock = clock;
        this.drafts = drafts;
        this.cipher = cipher;
        this.pings = pings;
        this.deliveries = deliveries;
        this.notices = notices;
        this.changes = changes;
        this.executor = executor;
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
     * The same for a form that may be sent twice.
     *
     * @param token the same one saves one webhook only; blank for another webhook each time
     */
    public Webhook create(WebhookDraft draft, String token, Caller caller) {
        var checked = drafts.check(draft, true);
        boolean enabled = !Boolean.FALSE.equals(draft.enabled);
        var created = QuarkusTransaction.requiringNew().call(() -> {
            // Locked, so that two concurrent requests cannot both take the last place.
            Workspace.findById(caller.workspaceId(), LockModeType.PESSIMISTIC_WRITE);
            var id = token.isBlank() ? newId() : idOf(token, caller);
            var known = Webhook.inWorkspace(caller.workspaceId(), id);
            if (known.isPresent()) {
                return known.get();
            }
            if (Webhook.allOf(caller.workspaceId()).size()
                    >= settings.webhooks().maxPerWorkspace()) {
                throw ApiException.conflict(
                        "too_many_webhooks",
                        "A workspace may have at most " + settings.webhooks().maxPerWorkspace()
                                + " webhooks. Delete one you no longer need.");
            }
            var webhook = new Webhook(id, caller.workspaceId(), clock.instant());
            webhook.description = "";
            checked.applyTo(webhook);
            setHeaders(checked, webhook, false);
            webhook.secret = cipher.seal(SigningSecret.generate(), webhook);
            if (!enabled) {
                disable(webhook, disabledBy(caller));
            }
            webhook.persist();
            AuditEntry.record(
                    caller, "webhook.created", webhook.id, webhook.title(), Change.between(Map.of(), webhook.facts()));
            return webhook;
        });
        return enabled ? pingAndTest(created.id, caller) : created;
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

    /**
     * The same, if the webhook has not changed since it was read.
     *
     * @throws ApiException 412 if it has
     */
    public Webhook update(String id, WebhookDraft draft, IfMatch expected, Caller caller) {
        var checked = drafts.check(draft, false);
        var ping = new boolean[1];
        var dropped = new ArrayList<List<String>>(List.of(List.of()));
        var updated = changeIf(id, caller, webhook -> {
            expected.require(webhook.tag());
            boolean urlChanged = checked.url != null && !checked.url.equals(webhook.url);
            var before = webhook.facts();
            boolean hostChanged = urlChanged && !hostOf(checked.url).equals(hostOf(webhook.url));
            boolean wasInOrder = webhook.isInOrder();
            checked.applyTo(webhook);
            if (webhook.isInOrder() != wasInOrder) {
                deliveries.order(webhook);
            }
            var replaced = setHeaders(checked, webhook, hostChanged);
            dropped.set(0, webhook.droppedHeaders);
            if (Boolean.FALSE.equals(checked.enabled) && !webhook.isDisabled()) {
                disable(webhook, disabledBy(caller));
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
        var result = ping[0] ? pingAndTest(id, caller) : updated;
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

    /**
     * The same, if the webhook has not changed since it was read.
     *
     * @throws ApiException 412 if it has
     */
    public void delete(String id, IfMatch expected, Caller caller) {
        change(id, caller, webhook -> {
            expected.require(webhook.tag());
            webhook.deletedAt = clock.instant();
            deliveries.cancelAll(webhook);
            AuditEntry.record(
                    caller, "webhook.deleted", webhook.id, webhook.title(), Change.between(webhook.facts(), Map.of()));
        });
    }

    /**
     * Pings a webhook now. An unverified one that answers becomes active; a disabled one stays disabled.
     *
     * @return the webhook with its newest ping
     */
    public Webhook ping(String id, Caller caller) {
        var outcome = pings.send(get(id, caller));
        return change(id, caller, webhook -> {
            var before = webhook.facts();
            webhook.lastPing = outcome;
            if (outcome.ok() && webhook.isUnverified()) {
                webhook.status = WebhookStatus.ACTIVE;
                deliveries.resume(webhook);
            }
            AuditEntry.record(caller, "webhook.pinged", id, outcome.message(), Change.between(before, webhook.facts()));
        });
    }

    private Webhook pingAndTest(String id, Caller caller) {
        var webhook = ping(id, caller);
        if (webhook.isActive() && settings.webhooks().signatureTest()) {
            // Runs in the background: the webhook is active whatever the outcome.
            executor.execute(() -> test(webhook));
        }
        return webhook;
    }

    /**
     * Pings a webhook with wrong signatures, to test whether its endpoint verifies them.
     *
     * @return how that ping ended, and what that means
     */
    public LastPing.SignatureTest testVerification(String id, Caller caller) {
        var webhook = get(id, caller);
        var outcome = test(webhook);
        QuarkusTransaction.requiringNew()
                .run(() -> AuditEntry.record(
                        caller,
                        "webhook.verification_tested",
                        id,
                        outcome.ping().message()));
        return outcome;
    }

    private LastPing.SignatureTest test(Webhook webhook) {
        var outcome = LastPing.SignatureTest.of(pings.sendForged(webhook));
        Acting.in(webhook.workspaceId).run(() -> {
            Webhook present = Webhook.findById(webhook.id, LockModeType.PESSIMISTIC_WRITE);
            if (present.url.equals(webhook.url)) {
                present.verifies = outcome.verifies();
            }
        });
        return outcome;
    }

    /** Disables a webhook without a successful delivery for this long. Pending deliveries fail, and its admins are notified. */
    public void disableFailing(String id, Duration failingFor) {
        String time = Formats.words(failingFor);
        String reason = "No delivery succeeded for " + time
                + ". When your endpoint works again, enable the webhook and recover the missed events.";
        Acting.ENGINE.run(() -> {
            Webhook webhook = Webhook.findById(id, LockModeType.PESSIMISTIC_WRITE);
            if (webhook == null || webhook.isDeleted() || webhook.isDisabled()) {
                return;
            }
            var before = webhook.facts();
            disable(webhook, reason);
            deliveries.failAll(webhook);
            changed(webhook);
            notices.disabled(id);
            AuditEntry.byUs(
                            webhook.workspaceId,
                            clock.instant(),
                            "webhook.disabled",
                            id,
                            "failing for " + time,
                            Change.between(before, webhook.facts()))
                    .persist();
        });
    }

    /** The webhook with this id in the caller's workspace, or 404. */
    public Webhook get(String id, Caller caller) {
        return QuarkusTransaction.joiningExisting()
                .call(() -> Webhook.inWorkspace(caller.workspaceId(), id).orElseThrow(ApiException::notFound));
    }

    /** The same, also if it was deleted and only its log remains. */
    public Webhook everOf(String id, Caller caller) {
        return QuarkusTransaction.joiningExisting()
                .call(() -> Webhook.everInWorkspace(caller.workspaceId(), id).orElseThrow(ApiException::notFound));
    }

    /** Whether the caller's workspace has, or had, a webhook with this id. */
    public boolean everExisted(String id, Caller caller) {
        return QuarkusTransaction.joiningExisting()
                .call(() -> Webhook.everInWorkspace(caller.workspaceId(), id).isPresent());
    }

    /** The webhooks of the caller's workspace, oldest first. */
    public List<Webhook> all(Caller caller) {
        return QuarkusTransaction.joiningExisting().call(() -> Webhook.allOf(caller.workspaceId()));
    }

    /** Locks and changes a webhook, in a separate transaction. */
    public Webhook change(String id, Caller caller, Consumer<Webhook> change) {
        return changeIf(id, caller, webhook -> {
            change.accept(webhook);
            return true;
        });
    }

    /** The same for a change that tells whether it changed anything. */
    private Webhook changeIf(String id, Caller caller, Predicate<Webhook> change) {
        return QuarkusTransaction.requiringNew().call(() -> {
            var webhook = Webhook.inWorkspace(caller.workspaceId(), id).orElseThrow(ApiException::notFound);
            Webhook.getEntityManager().refresh(webhook, LockModeType.PESSIMISTIC_WRITE);
            if (change.test(webhook)) {
                changed(webhook);
            }
            return webhook;
        });
    }

    private void changed(Webhook webhook) {
        webhook.updatedAt = clock.instant();
        changes.fire(new WebhookChanged(webhook.id));
    }

    private static void disable(Webhook webhook, String reason) {
        webhook.status = WebhookStatus.DISABLED;
        webhook.disabledReason = reason;
    }

    private static String disabledBy(Caller caller) {
        return "Disabled by " + caller.name() + ".";
    }

    /** Sets and removes headers. If the host changed, former headers are dropped. Returns the headers whose values were replaced. */
    private List<Change> setHeaders(WebhookDraft draft, Webhook webhook, boolean hostChanged) {
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

    /** Java's URI has no host if its name contains an underscore. */
    private static String hostOf(String url) {
        return URI.create(url).getRawAuthority().replaceFirst(":\\d+$", "");
    }

    private String newId() {
        return id(random.ints(ID_LENGTH, 0, ID_ALPHABET.length()));
    }

    /** Depends on the person, so that nobody can guess the webhook of somebody else. */
    private static String idOf(String token, Caller caller) {
        var hash = Hashes.sha256(caller.workspaceId() + ' ' + caller.name() + ' ' + token);
        return id(IntStream.range(0, ID_LENGTH).map(i -> (hash[i] & 0xff) % ID_ALPHABET.length()));
    }

    private static String id(IntStream digits) {
        var id = new StringBuilder("wh_");
        digits.forEach(digit -> id.append(ID_ALPHABET.charAt(digit)));
        return id.toString();
    }
}
