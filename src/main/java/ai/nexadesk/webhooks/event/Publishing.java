package ai.nexadesk.webhooks.event;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import jakarta.enterprise.context.ApplicationScoped;

/** Accepts events: what it has accepted is durable and on its way. */
@ApplicationScoped
public class Publishing {

    private static final Logger LOG = Logger.getLogger(Publishing.class);

    private final EventStore store;
    private final Dispatch dispatch;

    Publishing(EventStore store, Dispatch dispatch) {
        this.store = store;
        this.dispatch = dispatch;
    }

    /**
     * What became of one event.
     *
     * @param id of the event
     * @param duplicate whether an event with this id was there already, so that nothing was done
     */
    public record Accepted(String id, boolean duplicate) {}

    /**
     * A delivery that was stored leased to this replica.
     *
     * @param delivery what is to be attempted
     * @param owner the replica, as its lease names it
     */
    public record Leased(FirstDelivery delivery, UUID owner) {}

    /**
     * Stores the events and starts their deliveries.
     *
     * @return one entry an event, in their order
     * @throws UnknownWorkspaceException if a workspace does not exist; nothing is stored then
     * @throws UnavailableException if the database does not take them now; nothing is stored then
     */
    public List<Accepted> publish(List<NewEvent> events) {
        try {
            checkWorkspaces(events);
            var owner = dispatch.owner();
            var stored = store.store(events, null, owner, dispatch.fullLanes());
            if (owner != null && !stored.leased().isEmpty()) {
                dispatch.accept(owner, stored.leased());
            }
            return accepted(events, stored.fresh());
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    /**
     * Stores an event for one webhook only, whatever its state and subscription, and leases its delivery to this replica. The
     * caller attempts it, or hands it to {@link Dispatch#accept}.
     *
     * @throws UnavailableException if the database does not take it now
     */
    public Leased store(NewEvent event, String webhookId) {
        var owner = dispatch.owner();
        if (owner == null) {
            throw new UnavailableException("This server cannot send at the moment. Try again shortly.", null);
        }
        try {
            var stored = store.store(List.of(event), webhookId, owner, Set.of());
            return new Leased(stored.leased().get(0), owner);
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    /**
     * Publishes an event to one webhook only, through the normal path.
     *
     * @return the delivery's id
     * @throws UnavailableException if the database does not take it now
     */
    public UUID publishTo(NewEvent event, String webhookId) {
        var leased = store(event, webhookId);
        dispatch.accept(leased.owner(), List.of(leased.delivery()));
        return leased.delivery().id();
    }

    private void checkWorkspaces(List<NewEvent> events) throws SQLException {
        var wanted = events.stream().map(NewEvent::workspaceId).collect(Collectors.toCollection(TreeSet::new));
        var missing = new HashSet<>(wanted);
        missing.removeAll(store.existingWorkspaces(wanted));
        for (int i = 0; i < events.size(); i++) {
            if (missing.contains(events.get(i).workspaceId())) {
                throw new UnknownWorkspaceException(i, events.get(i).workspaceId());
            }
        }
    }

    private static List<Accepted> accepted(List<NewEvent> events, Set<NewEvent> fresh) {
        var remaining = new HashSet<>(fresh);
        var accepted = new ArrayList<Accepted>(events.size());
        for (var event : events) {
            accepted.add(new Accepted(event.id(), !remaining.remove(event)));
        }
        return accepted;
    }

    private static UnavailableException unavailable(SQLException e) {
        LOG.errorf(e, "Events could not be stored");
        return new UnavailableException("Events cannot be stored at the moment. Publish them again shortly.", e);
    }

    /** An event names a workspace that does not exist. */
    public static final class UnknownWorkspaceException extends RuntimeException {
        private final int index;

        UnknownWorkspaceException(int index, String workspaceId) {
            super("There is no workspace \"" + workspaceId + "\".");
            this.index = index;
        }

        /** The event's place in what was published. */
        public int index() {
            return index;
        }
    }

    /** Nothing was stored; the same request may succeed later. */
    public static final class UnavailableException extends RuntimeException {
        UnavailableException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
