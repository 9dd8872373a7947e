package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.Trigger;
import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.testing.Sql;
import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.UUID;

/** Deliveries that a test inserts into the queue directly, as if they had waited there. */
public record StoredWork(Sql sql, String workspaceId, String webhookId) {

    /** Inserts a due delivery from forty days ago, with this owner. */
    UUID dueFortyDaysAgo(@Nullable UUID owner) {
        return insert("-40 days", "now()", owner);
    }

    /** Inserts a delivery of an age such as {@code -40 days}. */
    public UUID insert(String age, String due, @Nullable UUID owner) {
        return UUID.fromString(
                Objects.requireNonNull(sql.text("""
                with e as (
                    insert into event (key, workspace_id, id, type, occurred_at, body)
                    values (uuidv7(?::interval), ?, 'evt_' || gen_random_uuid(), 'lead.created', now(), '{}') returning *
                ), d as (
                    insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status)
                    select uuidv7(?::interval), workspace_id, ?, key, id, type, 'queued' from e returning *
                )
                insert into work (delivery_id, workspace_id, webhook_id, event_key, due_at, owner)
                select id, workspace_id, webhook_id, event_key, %s, ?::uuid from d returning delivery_id
                """.formatted(due), age, workspaceId, age, webhookId, owner)));
    }

    /** The owner of a delivery; null if it has none or is finished. */
    @Nullable
    public UUID owner(UUID delivery) {
        var owner = sql.text("select owner from work where delivery_id = ?", delivery);
        return owner == null ? null : UUID.fromString(owner);
    }

    /** Inserts a replica whose lease ends in an hour. */
    UUID replica() {
        return UUID.fromString(Objects.requireNonNull(sql.text(
                "insert into replica values (gen_random_uuid(), now(), now() + interval '1 hour') returning id")));
    }

    /** Ends the lease of a replica. From now on, any sweep may take over its work. */
    void end(UUID replica) {
        sql.run("update replica set lease_until = now() where id = ?", replica);
    }

    /** A lease as if this owner had claimed the delivery after this many attempts. */
    LeasedDelivery lease(UUID delivery, int attempts, UUID owner) {
        return new LeasedDelivery(
                delivery,
                workspaceId,
                webhookId,
                "evt",
                "lead.created",
                new byte[] {'{', '}'},
                attempts,
                0,
                Trigger.AUTOMATIC,
                null,
                owner,
                true,
                new UUID(0, 0),
                EventContext.NONE,
                null,
                null,
                false);
    }
}
