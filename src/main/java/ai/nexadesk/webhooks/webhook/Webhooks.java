package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.api.ApiException;
import io.quarkus.narayana.jta.QuarkusTransaction;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.LockModeType;

/** The webhooks of a workspace: finds them, and locks them for changes. */
@ApplicationScoped
public class Webhooks {

    private final InstantSource clock;
    private final Event<WebhookChanged> changes;

    Webhooks(InstantSource clock, Event<WebhookChanged> changes) {
        this.clock = clock;
        this.changes = changes;
    }

    /** The webhook with this ID in the caller's workspace, or 404. */
    public Webhook get(String id, Caller caller) {
        return QuarkusTransaction.joiningExisting()
                .call(() -> Webhook.inWorkspace(caller.workspaceId(), id).orElseThrow(ApiException::notFound));
    }

    /** The webhook with this ID in the caller's workspace, including a deleted one whose log remains, or 404. */
    public Webhook findEvenDeleted(String id, Caller caller) {
        return QuarkusTransaction.joiningExisting()
                .call(() -> Webhook.findEvenDeleted(caller.workspaceId(), id).orElseThrow(ApiException::notFound));
    }

    /** Whether the caller's workspace has, or had, a webhook with this ID. */
    public boolean everExisted(String id, Caller caller) {
        return QuarkusTransaction.joiningExisting()
                .call(() -> Webhook.findEvenDeleted(caller.workspaceId(), id).isPresent());
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

    /** Locks a webhook and applies a change that returns whether it changed anything. */
    Webhook changeIf(String id, Caller caller, Predicate<Webhook> change) {
        return QuarkusTransaction.requiringNew().call(() -> {
            var webhook = Webhook.inWorkspace(caller.workspaceId(), id).orElseThrow(ApiException::notFound);
            Webhook.getEntityManager().refresh(webhook, LockModeType.PESSIMISTIC_WRITE);
            if (change.test(webhook)) {
                changed(webhook);
            }
            return webhook;
        });
    }

    /** Records and announces a change, in the current transaction. */
    public void changed(Webhook webhook) {
        webhook.updatedAt = clock.instant();
        changes.fire(new WebhookChanged(webhook.id));
    }
}
