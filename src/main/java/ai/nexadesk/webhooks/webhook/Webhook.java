package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Hashes;
import ai.nexadesk.webhooks.catalog.Subscription;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.condition.EventFilter;
import ai.nexadesk.webhooks.webhook.header.RequestHeaders;
import ai.nexadesk.webhooks.webhook.pace.Pace;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Transient;
import jakarta.persistence.Version;

/** A webhook: an endpoint and the events that it receives. */
@Entity
public class Webhook extends PanacheEntityBase {

    private static final int TAG_BYTES = 12;

    /** {@code wh_} and 20 characters. */
    @Id
    public String id;

    /** The workspace whose events it receives. */
    public String workspaceId;

    /** The endpoint URL, in canonical form. */
    public String url;

    /** The description; may be empty. */
    public String description;

    /** The event types and patterns that it is subscribed to, or only {@link Subscription#ALL}. */
    public List<String> events;

    /** Its filter, as stored. */
    @Nullable
    String filter;

    /** Whether deliveries of one record wait for each other. */
    public boolean ordered;

    /** For how many seconds updates of a record are merged; null if they are not. */
    public @Nullable Integer coalesceSeconds;

    /** The version of the filter and the order setting, by which publishing knows which ones it has applied. */
    int filterVersion;

    @Embedded
    @Nullable
    Pace pace;

    /** Whether it receives events. */
    @Enumerated(EnumType.STRING)
    public WebhookStatus status;

    /** Why it is disabled, as a sentence for people; null if it is not. */
    public @Nullable String disabledReason;

    /** Encrypted; {@link SecretCipher} opens it. */
    public byte[] secret;

    public byte @Nullable [] pendingSecret;

    /** When the pending secret becomes the current one; null without one. */
    public @Nullable Instant pendingFrom;

    /** Encrypted: the headers that it adds to requests; null without any. {@link SecretCipher} opens them. */
    public byte @Nullable [] headers;

    /** The names of the custom request headers. */
    public List<String> headerNames = List.of();

    /** Names of headers that the current change removed because the URL's host changed. */
    @Transient
    public List<String> droppedHeaders = List.of();

    /** Whether its endpoint rejected a ping with wrong signatures; null if unknown. */
    public @Nullable Boolean verifies;

    /** Whether the warning that it accepts wrong signatures was dismissed. */
    public boolean verificationWarningDismissed;

    /** The outcome of the newest ping; null before the first. */
    @Embedded
    public @Nullable LastPing lastPing;

    /** The number of changes. */
    @Version
    int version;

    /** When it was created. */
    public Instant createdAt;

    /** When it was last changed. */
    public Instant updatedAt;

    /** When it was deleted; after that, it is kept only for its log. */
    @Nullable
    Instant deletedAt;

    /** For Hibernate. */
    protected Webhook() {}

    Webhook(String id, String workspaceId, Instant createdAt) {
        this.id = id;
        this.workspaceId = workspaceId;
        this.createdAt = createdAt;
        this.updatedAt = createdAt;
        this.status = WebhookStatus.UNVERIFIED;
    }

    /** Whether it receives events. */
    public boolean isActive() {
        return status == WebhookStatus.ACTIVE;
    }

    /** Whether its endpoint has not answered a ping yet. */
    public boolean isUnverified() {
        return status == WebhookStatus.UNVERIFIED;
    }

    /** Whether it is disabled. */
    public boolean isDisabled() {
        return status == WebhookStatus.DISABLED;
    }

    /** Whether to warn that its endpoint accepts forged requests. */
    public boolean showsForgeryWarning() {
        return Boolean.FALSE.equals(verifies) && !verificationWarningDismissed;
    }

    /** The version, which increases with every change. */
    public int version() {
        return version;
    }

    /** Whether it is deleted and only its log remains. */
    public boolean isDeleted() {
        return deletedAt != null;
    }

    /** Whether it is subscribed to all event types, including future ones. */
    public boolean isForAllEvents() {
        return events.contains(Subscription.ALL);
    }

    /** Whether it is subscribed to this event type. */
    public boolean isFor(String type) {
        return Subscription.covers(events, type);
    }

    /** How many of the current event types it is subscribed to. */
    public long typeCount() {
        return Subscription.size(events);
    }

    /** The filter on its subscribed events. */
    public EventFilter filter() {
        return EventFilter.parse(filter);
    }

    /** Its limits on requests. */
    public Pace pace() {
        return pace == null ? Pace.NONE : pace;
    }

    void setFilter(EventFilter wanted) {
        var stored = wanted.stored();
        if (!Objects.equals(stored, filter)) {
            filter = stored;
            filterVersion++;
        }
    }

    /** Whether deliveries of a record are sent in order; merging requires this, too. */
    public boolean isInOrder() {
        return ordered || coalesceSeconds != null;
    }

    void setOrder(boolean wanted, @Nullable Integer seconds) {
        if (wanted != ordered || !Objects.equals(seconds, coalesceSeconds)) {
            ordered = wanted;
            coalesceSeconds = seconds;
            filterVersion++;
        }
    }

    /** Whether a new secret is pending at this moment, during the overlap of a rotation. */
    public boolean isRotating(Instant now) {
        return pendingFrom != null && now.isBefore(pendingFrom);
    }

    /** Disables it. */
    public void disable(String reason) {
        status = WebhookStatus.DISABLED;
        disabledReason = reason;
    }

    /** Its settings as recorded in the audit log. */
    public Map<String, String> facts() {
        var facts = new LinkedHashMap<String, String>();
        facts.put("url", url);
        facts.put("description", description);
        facts.put("events", String.join(", ", events));
        if (filter != null) {
            facts.put("conditions", filter().conditions().toString());
            facts.put("ignore_actors", String.join(", ", filter().ignoreActors()));
        }
        if (ordered) {
            facts.put("order", "per record");
        }
        if (coalesceSeconds != null) {
            facts.put("updates merged", "for " + coalesceSeconds + " s");
        }
        pace().facts().forEach(facts::put);
        headerNames.forEach(name -> facts.put("header " + name, RequestHeaders.MASK));
        if (verificationWarningDismissed) {
            facts.put("verification warning", "dismissed");
        }
        facts.put("status", status.name().toLowerCase(Locale.ROOT));
        return facts;
    }

    /** The entity tag of the current settings, without pings and statistics. */
    String tag() {
        return HexFormat.of().formatHex(Hashes.sha256(facts() + filter + Arrays.hashCode(headers)), 0, TAG_BYTES);
    }

    /** Its name on pages: its description, with invisible characters made visible, or else its URL. */
    public String title() {
        return description.isBlank() ? url : Formats.visible(description);
    }

    /**
     * Requires an active webhook.
     *
     * @param what what requires this, such as {@code retry}
     * @throws ApiException 409 if it is not active, with a remedy
     */
    public void requireActive(String what) {
        if (!isActive()) {
            throw ApiException.conflict(
                    "webhook_not_active",
                    isDisabled()
                            ? "The webhook is disabled. Enable it, then " + what + "."
                            : "The webhook is unverified. Send a ping and respond with 200, then " + what + ".");
        }
    }

    /** The webhook with this ID, if it belongs to this workspace and is not deleted. */
    public static Optional<Webhook> inWorkspace(String workspaceId, String id) {
        return find("id = ?1 and workspaceId = ?2 and deletedAt is null", id, workspaceId)
                .firstResultOptional();
    }

    /** The webhook with this ID, if it belongs or belonged to this workspace, including a deleted one. */
    public static Optional<Webhook> findEvenDeleted(String workspaceId, String id) {
        return find("id = ?1 and workspaceId = ?2", id, workspaceId).firstResultOptional();
    }

    /** The webhooks among these IDs that belong or belonged to this workspace, by ID. */
    public static Map<String, Webhook> findEvenDeleted(String workspaceId, Collection<String> ids) {
        List<Webhook> found = list("workspaceId = ?1 and id in ?2", workspaceId, ids);
        return found.stream().collect(Collectors.toMap(webhook -> webhook.id, webhook -> webhook));
    }

    /** All webhooks of a workspace, oldest first. */
    public static List<Webhook> allOf(String workspaceId) {
        return list("workspaceId = ?1 and deletedAt is null order by createdAt, id", workspaceId);
    }
}
