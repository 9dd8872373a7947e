package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.PublicUrl;
import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Workspace;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.access.audit.Change;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.PublicId;
import ai.nexadesk.webhooks.outbound.SigningSecret;
import io.quarkus.narayana.jta.QuarkusTransaction;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;

/** Reads and changes alert channels, for pages and REST. */
@ApplicationScoped
class AlertChannels {

    static final int MAX_CHANNELS = 20;

    private final ChannelCheck check;
    private final ChannelSecrets secrets;
    private final ChannelSender sender;
    private final AlertQueue queue;
    private final InstantSource clock;
    private final PublicUrl publicUrl;

    AlertChannels(
            ChannelCheck check,
            ChannelSecrets secrets,
            ChannelSender sender,
            AlertQueue queue,
            InstantSource clock,
            PublicUrl publicUrl) {
        this.check = check;
        this.secrets = secrets;
        this.sender = sender;
        this.queue = queue;
        this.clock = clock;
        this.publicUrl = publicUrl;
    }

    /** A channel that was just created. A signed one includes its secret, which is shown only once. */
    record Created(AlertChannel channel, @Nullable SigningSecret secret) {}

    /** All channels, oldest first. */
    List<AlertChannel> all(Caller caller) {
        return QuarkusTransaction.requiringNew().call(() -> AlertChannel.allOf(caller.workspaceId()));
    }

    /** The channel with this ID, or 404. */
    AlertChannel get(UUID id, Caller caller) {
        return QuarkusTransaction.requiringNew().call(() -> find(id, caller));
    }

    Created create(ChannelDraft draft, Caller caller) {
        var checked = check.check(draft, null);
        return QuarkusTransaction.requiringNew().call(() -> {
            // Locked, so that two concurrent requests cannot both create the last allowed channel.
            Workspace.findById(caller.workspaceId(), LockModeType.PESSIMISTIC_WRITE);
            if (AlertChannel.allOf(caller.workspaceId()).size() >= MAX_CHANNELS) {
                throw ApiException.conflict(
                        "too_many_alert_channels",
                        "A workspace may have at most " + MAX_CHANNELS
                                + " alert channels. Delete one you no longer need.");
            }
            var channel = new AlertChannel(caller.workspaceId(), checked.kind(), clock.instant());
            apply(checked, channel);
            var secret = checked.kind() == ChannelKind.SIGNED ? SigningSecret.generate() : null;
            if (secret != null) {
                secrets.setSecret(channel, secret);
            }
            channel.persist();
            record(caller, "created", channel, Change.between(Map.of(), facts(channel)));
            return new Created(channel, secret);
        });
    }

    /** Applies the members of the draft that are not null. */
    AlertChannel update(UUID id, ChannelDraft draft, Caller caller) {
        var checked = check.check(draft, get(id, caller).kind());
        return QuarkusTransaction.requiringNew().call(() -> {
            var channel = find(id, caller);
            AlertChannel.getEntityManager().refresh(channel, LockModeType.PESSIMISTIC_WRITE);
            var before = facts(channel);
            boolean isElsewhere = checked.target() != null && !checked.target().equals(secrets.target(channel));
            apply(checked, channel);
            var changes = Change.between(before, facts(channel));
            if (isElsewhere || !changes.isEmpty()) {
                channel.updatedAt = clock.instant();
                record(caller, "updated", channel, changes);
            }
            return channel;
        });
    }

    /** Deletes a channel and its waiting alerts. */
    AlertChannel delete(UUID id, Caller caller) {
        return QuarkusTransaction.requiringNew().call(() -> {
            var channel = find(id, caller);
            record(caller, "deleted", channel, Change.between(facts(channel), Map.of()));
            channel.delete();
            return channel;
        });
    }

    /** Sends a test immediately, outside of transactions, and returns the channel with the outcome. */
    AlertChannel test(UUID id, Caller caller) {
        var channel = get(id, caller);
        var message = AlertMessage.test(channel, publicUrl.of(AlertChannelPages.PATH));
        var result = sender.send(channel, message, PublicId.format("alr_", UUID.randomUUID()), 1);
        try {
            queue.saveOutcome(id, clock.instant(), result);
        } catch (JdbiException e) {
            throw ApiException.unavailable("The outcome could not be stored.", e);
        }
        return QuarkusTransaction.requiringNew().call(() -> {
            record(caller, "tested", channel, List.of());
            return find(id, caller);
        });
    }

    private static AlertChannel find(UUID id, Caller caller) {
        return AlertChannel.inWorkspace(caller.workspaceId(), id).orElseThrow(ApiException::notFound);
    }

    private void apply(ChannelCheck.Checked checked, AlertChannel channel) {
        if (checked.name() != null) {
            channel.name = checked.name();
        }
        if (checked.target() != null) {
            secrets.setTarget(channel, checked.target());
        }
    }

    private static void record(Caller caller, String what, AlertChannel channel, List<Change> changes) {
        AuditEntry.record(caller, "alert_channel." + what, channel.publicId(), channel.name, changes);
    }

    private Map<String, String> facts(AlertChannel channel) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("kind", channel.kind().value());
        facts.put("name", channel.name);
        facts.put("target", secrets.shown(channel));
        return facts;
    }
}
