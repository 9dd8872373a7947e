package ai.nexadesk.webhooks.event.kafka;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Opens a stream anew when it has ended, for whatever reason and as often as it takes. It pauses before: twice as long each
 * time, up to a bound, until the stream has brought something again.
 */
final class KafkaReopening {

    private final Duration first;
    private final Duration longest;
    private volatile Duration pause;

    /**
     * Pauses so long.
     *
     * @param first   after the first end
     * @param longest however often it ends
     */
    KafkaReopening(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        this.pause = first;
    }

    /**
     * A stream that ends only when its subscription is cancelled.
     *
     * @param open  opens one that can end; may block, and may fail
     * @param ended told why one has ended, and the pause before the next; may block
     */
    <T> Multi<T> of(Supplier<Multi<T>> open, BiConsumer<Throwable, Duration> ended) {
        return Multi.createFrom()
                .<T>deferred(open::get)
                .onItem()
                .invoke(() -> pause = first)
                .onCompletion()
                .failWith(() -> new IllegalStateException("The stream is complete"))
                .onFailure()
                .retry()
                .when(ends -> ends.onItem().transformToUniAndConcatenate(end -> pause(end, ended)));
    }

    private Uni<Throwable> pause(Throwable end, BiConsumer<Throwable, Duration> ended) {
        var now = pause;
        var doubled = now.multipliedBy(2);
        pause = doubled.compareTo(longest) < 0 ? doubled : longest;
        return Uni.createFrom()
                .item(end)
                // Not on the thread of a client, which is about to be closed.
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .invoke(() -> ended.accept(end, now))
                // Whatever it was that could not be told, the next is opened.
                .onFailure()
                .recoverWithItem(end)
                .onItem()
                .delayIt()
                .by(now);
    }
}
