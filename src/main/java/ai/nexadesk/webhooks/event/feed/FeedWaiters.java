package ai.nexadesk.webhooks.event.feed;

import ai.nexadesk.webhooks.database.Engine;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Jdbi;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Requests that wait for events. They hold neither a thread nor a connection: one statement checks for all of them at
 * intervals.
 */
@Singleton
class FeedWaiters {

    private static final Logger LOG = Logger.getLogger(FeedWaiters.class);
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** Maximum waiting requests. Additional ones are answered immediately. */
    private static final int MAX_WAITING = 5_000;

    private static final String NEWS = """
            select w.workspace_id
            from unnest(:workspaces, :published, :keys, :lowest) as w (workspace_id, published, key, lowest)
            where exists (
                select from event e
                where e.workspace_id = w.workspace_id and (e.published, e.key) > (w.published::xid8, w.key) and e.key >= w.lowest
                    and e.published < pg_snapshot_xmin(pg_current_snapshot())
                order by e.published, e.key
            )
            """;

    private final Jdbi jdbi;
    private final ExecutorService threads;
    private final Vertx vertx;
    private final Queue<Waiter> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isAsking = new AtomicBoolean();
    private volatile boolean isStopped;

    FeedWaiters(@Engine Jdbi jdbi, @Engine ExecutorService threads, Vertx vertx, MeterRegistry metrics) {
        this.jdbi = jdbi;
        this.threads = threads;
        this.vertx = vertx;
        Gauge.builder("nexadesk.feed.waiting", waiting, Queue::size)
                .description("Requests waiting for events in the events feed")
                .register(metrics);
    }

    private record Waiter(String workspaceId, FeedPosition after, long deadline, CompletableFuture<Boolean> news) {

        boolean isOver() {
            return System.nanoTime() - deadline >= 0;
        }
    }

    /** Registers the metric at startup. */
    void start(@Observes StartupEvent event) {}

    /** Answers all waiting requests at shutdown. */
    void stop(@Observes ShutdownEvent event) {
        isStopped = true;
        answer(waiter -> true, false);
    }

    /**
     * Waits for events after this position.
     *
     * @param deadline the deadline, by {@link System#nanoTime}
     * @return true if there may be events, false after the deadline
     */
    CompletionStage<Boolean> await(String workspaceId, FeedPosition after, long deadline) {
        var waiter = new Waiter(workspaceId, after, deadline, new CompletableFuture<>());
        if (waiter.isOver() || isStopped || waiting.size() >= MAX_WAITING) {
            return CompletableFuture.completedStage(false);
        }
        waiting.add(waiter);
        askSoon();
        return waiter.news;
    }

    private void askSoon() {
        if (!waiting.isEmpty() && isAsking.compareAndSet(false, true)) {
            vertx.setTimer(PAUSE.toMillis(), timer -> threads.execute(this::ask));
        }
    }

    private void ask() {
        try {
            var news = news();
            answer(waiter -> news.contains(waiter.workspaceId), true);
        } catch (RuntimeException e) {
            LOG.warnf("The events feed could not read events and will try again: %s", e.getMessage());
        } finally {
            answer(Waiter::isOver, false);
            isAsking.set(false);
            askSoon();
        }
    }

    private void answer(Predicate<Waiter> whom, boolean isNews) {
        for (var waiter : waiting) {
            if (whom.test(waiter) && waiting.remove(waiter)) {
                waiter.news.complete(isNews);
            }
        }
    }

    /** The workspaces with new events. Runs one query per workspace, from its first reader's position. */
    private Set<String> news() {
        Map<String, FeedPosition> first =
                waiting.stream().collect(Collectors.toMap(Waiter::workspaceId, Waiter::after, FeedPosition::first));
        var workspaces = List.copyOf(first.keySet());
        var positions = workspaces.stream().map(first::get).toList();
        return jdbi.withHandle(handle -> handle.createQuery(NEWS)
                .bindArray("workspaces", String.class, workspaces)
                .bindArray(
                        "published",
                        String.class,
                        positions.stream().map(FeedPosition::transaction).toList())
                .bindArray(
                        "keys",
                        UUID.class,
                        positions.stream().map(FeedPosition::key).toList())
                .bindArray(
                        "lowest",
                        UUID.class,
                        positions.stream().map(FeedPosition::lowestKey).toList())
                .mapTo(String.class)
                .set());
    }
}
