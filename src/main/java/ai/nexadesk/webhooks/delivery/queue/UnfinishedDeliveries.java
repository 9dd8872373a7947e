package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.SqlAction;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.webhook.Deliveries;
import ai.nexadesk.webhooks.webhook.Webhook;

import java.sql.SQLException;
import java.time.InstantSource;
import jakarta.enterprise.context.ApplicationScoped;

/** Applies a webhook's changes to its unfinished deliveries, in the same transaction. */
@ApplicationScoped
class UnfinishedDeliveries implements Deliveries {

    private final Backlog backlog;
    private final InstantSource clock;

    UnfinishedDeliveries(Backlog backlog, InstantSource clock) {
        this.backlog = backlog;
        this.clock = clock;
    }

    @Override
    public void cancelAll(Webhook webhook) {
        run(() -> backlog.endAll(webhook.id, DeliveryStatus.CANCELLED));
    }

    @Override
    public void failAll(Webhook webhook) {
        run(() -> backlog.endAll(webhook.id, DeliveryStatus.FAILED));
    }

    @Override
    public void hold(Webhook webhook) {
        run(() -> backlog.hold(webhook.id));
    }

    @Override
    public void resume(Webhook webhook) {
        run(() -> backlog.resume(webhook.id, clock.instant()));
    }

    @Override
    public void order(Webhook webhook) {
        run(() -> backlog.order(webhook.id, webhook.isInOrder()));
    }

    private static void run(SqlAction change) {
        try {
            change.run();
        } catch (SQLException e) {
            throw new IllegalStateException("The webhook's deliveries cannot be changed now", e);
        }
    }
}
