package ai.nexadesk.webhooks.event.feed;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.query.FilterValues;
import ai.nexadesk.webhooks.catalog.Catalog;
import io.smallrye.common.annotation.Blocking;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** The events feed in the REST API. */
@Path(ApiPath.EVENTS)
@Produces(MediaType.APPLICATION_JSON)
public class FeedResource {

    private static final String LATEST = "latest";
    private static final int READERS = 4;

    private final FeedReader reader;
    private final FeedWaiters waiters;
    /** Few threads, separate from those of other requests. Waiting requests hold none. */
    private final ExecutorService threads;

    private final Caller caller;

    FeedResource(FeedReader reader, FeedWaiters waiters, Caller caller) {
        this.reader = reader;
        this.waiters = waiters;
        this.caller = caller;
        var classes = Thread.currentThread().getContextClassLoader();
        this.threads = Executors.newFixedThreadPool(READERS, task -> {
            var thread = new Thread(task, "feed");
            thread.setContextClassLoader(classes);
            return thread;
        });
    }

    @PreDestroy
    void close() {
        threads.shutdown();
    }

    /**
     * Reads events after a cursor, or waits for some.
     *
     * @param after {@code next_cursor} of the previous part; {@code latest} for the end; null for the beginning
     * @param types only these types
     * @param wait maximum seconds to wait until there is an event
     */
    @GET
    @Blocking
    @RolesAllowed(ApiKey.READ)
    public CompletionStage<FeedPage> read(
            @QueryParam("after") @Nullable String after,
            @QueryParam("types") List<String> types,
            @QueryParam("limit") @DefaultValue(Limit.DEFAULT) Limit limit,
            @QueryParam("wait") @DefaultValue("0") String wait) {
        var reading = new Reading(
                caller.workspaceId(),
                FilterValues.of("types", FilterValues.joined(types), FeedResource::type),
                limit,
                System.nanoTime() + seconds(wait).toNanos());
        if (LATEST.equals(after)) {
            return CompletableFuture.supplyAsync(reader::latest, threads).thenCompose(reading::from);
        }
        return reading.from(FeedPosition.of(after == null ? null : Cursor.parse("after", after)));
    }

    private static String type(String name) {
        if (Catalog.find(name).isEmpty()) {
            throw ApiException.invalid("types", Catalog.unknown(name));
        }
        return name;
    }

    private static Duration seconds(String wait) {
        if (!wait.matches("1?\\d|20")) {
            throw ApiException.invalid("wait", "wait must be a whole number of seconds from 0 to 20.");
        }
        return Duration.ofSeconds(Integer.parseInt(wait));
    }

    /** A request in progress. */
    private final class Reading {

        private final String workspaceId;
        private final List<String> types;
        private final Limit limit;
        private final long deadline;

        Reading(String workspaceId, List<String> types, Limit limit, long deadline) {
            this.workspaceId = workspaceId;
            this.types = types;
            this.limit = limit;
            this.deadline = deadline;
        }

        CompletionStage<FeedPage> from(FeedPosition after) {
            return CompletableFuture.supplyAsync(() -> reader.read(workspaceId, after, types, limit), threads)
                    .thenCompose(this::answer);
        }

        private CompletionStage<FeedPage> answer(FeedReader.Batch batch) {
            if (!batch.events().isEmpty() || !batch.isEnd()) {
                return CompletableFuture.completedStage(FeedPage.of(batch, limit));
            }
            return waiters.await(workspaceId, batch.next(), deadline)
                    .thenCompose(isNews ->
                            isNews ? from(batch.next()) : CompletableFuture.completedStage(FeedPage.of(batch, limit)));
        }
    }
}
