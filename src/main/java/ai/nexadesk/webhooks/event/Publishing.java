package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.api.ApiException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/**
 * Accepts events. Accepted events are durable, and their deliveries are stored. Requests that arrive at the same time
 * share one statement and one commit; see {@link PublishBatcher}.
 */
@ApplicationScoped
public class Publishing {

    private static final Logger LOG = Logger.getLogger(Publishing.class);

    /** Two writers, so that one gathers and prepares while the other waits for the disk. */
    private static final int WRITERS = 2;

    /** Less than a proxy waits for a response. Waiting for a lock takes less than this. */
    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    /** About ten megabytes. */
    private static final int MAX_CACHED_WORKSPACES = 100_000;

    private static final String NOT_STORED = "Events could not be stored. Publish them again shortly.";

    private final EventStore store;
    private final Handoff dispatch;
    private final PublishBatcher batcher;

    /** For publishers that send the next events before the previous ones are stored. */
    private final PublishBatcher inOrder;

    private final KnownWorkspaces workspaces;

    Publishing(EventStore store, Handoff dispatch) {
        this.store = store;
        this.dispatch = dispatch;
        this.workspaces = new KnownWorkspaces(store, MAX_CACHED_WORKSPACES);
        this.batcher = new PublishBatcher(this::store, WRITERS, TIMEOUT);
        this.inOrder = new PublishBatcher(this::store, 1, null);
    }

    void start(@Observes StartupEvent event) {
        batcher.start();
        inOrder.start();
    }

    /** Stops before the dispatcher, which then releases the deliveries that were stored last. */
    void stop(@Observes @Priority(Interceptor.Priority.APPLICATION) ShutdownEvent event) throws InterruptedException {
        batcher.close();
        inOrder.close();
    }

    /**
     * A delivery that was stored leased to this replica.
     *
     * @param delivery the delivery to attempt
     * @param owner the replica, as its lease names it
     */
    public record Leased(FirstDelivery delivery, UUID owner) {}

    /**
     * Stores the events and starts their deliveries; all of them or none.
     *
     * @return one entry per event, in their order, when they are durable; or one of these exceptions:
     *     {@link UnknownWorkspaceException} if a workspace does not exist, {@link UnavailableException} if the events
     *     cannot be accepted now. In both cases nothing was stored, unless the database stopped responding meanwhile.
     */
    public CompletionStage<List<Accepted>> publish(List<NewEvent> events) {
        return batcher.add(events);
    }

    /** Like {@link #publish}, but concurrent calls are stored in their order. */
    public CompletionStage<List<Accepted>> publishInOrder(List<NewEvent> events) {
        return inOrder.add(events);
    }

    private void store(List<Submission> submissions) {
        var known = new ArrayList<Submission>(submissions.size());
        try {
            var existing = workspaces.existing(submissions);
            for (var submission : submissions) {
                var unknown = unknown(submission.events(), existing);
                if (unknown.isEmpty()) {
                    known.add(submission);
                } else {
                    submission.fail(new UnknownWorkspaceException(submission.events(), unknown));
                }
            }
            storeTogether(known);
        } catch (SQLException e) {
            if (known.size() > 1 && isAboutData(e)) {
                known.forEach(submission -> store(List.of(submission)));
            } else {
                // Not logged here, where the request ID is unknown, but by the caller.
                submissions.forEach(submission -> submission.fail(new UnavailableException(NOT_STORED, e)));
            }
        } catch (RuntimeException e) {
            submissions.forEach(submission -> submission.fail(e));
        }
    }

    /** The indexes of the first events whose workspaces do not exist. */
    private static List<Integer> unknown(List<NewEvent> events, Set<String> existing) {
        return IntStream.range(0, events.size())
                .filter(i -> !existing.contains(events.get(i).workspaceId()))
                .limit(InvalidEventException.MAX_PROBLEMS)
                .boxed()
                .toList();
    }

    private void storeTogether(List<Submission> submissions) throws SQLException {
        if (submissions.isEmpty()) {
            return;
        }
        var events = submissions.stream()
                .flatMap(submission -> submission.events().stream())
                .toList();
        var fresh = new HashSet<>(storeAndDispatch(events));
        var outcomes = submissions.stream()
                .map(submission -> duplicates(submission.events(), fresh))
                .toList();
        var differing = differing(outcomes.stream().flatMap(Set::stream).toList());
        for (int i = 0; i < submissions.size(); i++) {
            var submission = submissions.get(i);
            submission.succeed(accepted(submission.events(), outcomes.get(i), differing));
        }
    }

    private Set<NewEvent> storeAndDispatch(List<NewEvent> events) throws SQLException {
        try (var intake = dispatch.open()) {
            var stored = store.store(events, null, intake.terms());
            intake.accept(stored.leased(), stored.unleased());
            return stored.fresh();
        }
    }

    /**
     * Finds the duplicates. Removes each event from the new ones, so that of two with the same ID only the first counts
     * as new.
     */
    private static Set<NewEvent> duplicates(List<NewEvent> events, Set<NewEvent> fresh) {
        return events.stream().filter(event -> !fresh.remove(event)).collect(Collectors.toSet());
    }

    /** Finds the duplicates that differ. Everything is already stored, even if this check fails. */
    private Set<NewEvent> differing(List<NewEvent> duplicates) {
        try {
            return store.differing(duplicates);
        } catch (SQLException e) {
            LOG.warnf("Repeated events could not be compared: %s", e.getMessage());
            return Set.of();
        }
    }

    private static List<Accepted> accepted(List<NewEvent> events, Set<NewEvent> duplicates, Set<NewEvent> differing) {
        return events.stream()
                .map(event -> new Accepted(event.id(), duplicates.contains(event), differing.contains(event)))
                .toList();
    }

    /** Whether this is SQL state class 22: invalid data of one request must not fail the others. */
    private static boolean isAboutData(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("22");
    }

    /**
     * Stores an event for one webhook only, regardless of its state and subscription, leases its delivery to this
     * replica and starts an attempt.
     *
     * @param attempt starts the attempt
     * @return the result of {@code attempt}
     * @throws ApiException 503 if it cannot be accepted now
     */
    public <T> T publishTo(NewEvent event, String webhookId, Function<Leased, T> attempt) {
        try (var intake = dispatch.open()) {
            return attempt.apply(store(event, webhookId, intake.terms()));
        }
    }

    private Leased store(NewEvent event, String webhookId, Handoff.Terms terms) {
        var owner = terms.owner();
        if (owner == null) {
            throw ApiException.unavailable("This server cannot send right now. Try again shortly.");
        }
        try {
            var stored = store.store(List.of(event), webhookId, terms.atOnce());
            if (stored.leased().isEmpty()) {
                throw ApiException.conflict("webhook_deleted", "The webhook has just been deleted.");
            }
            return new Leased(stored.leased().get(0), owner);
        } catch (SQLException e) {
            // Logged here, because pages only show the form with the message.
            event.logIds().and("webhookId", webhookId).around(() -> LOG.errorf("%s %s", NOT_STORED, e.getMessage()));
            throw ApiException.unavailable(NOT_STORED);
        }
    }

    /**
     * Publishes an event to one webhook only, through the normal path.
     *
     * @return the delivery's ID
     * @throws ApiException 503 if it cannot be accepted now
     */
    public UUID publishTo(NewEvent event, String webhookId) {
        try (var intake = dispatch.open()) {
            var delivery = store(event, webhookId, intake.terms()).delivery();
            intake.accept(List.of(delivery), Set.of());
            return delivery.id();
        }
    }
}
