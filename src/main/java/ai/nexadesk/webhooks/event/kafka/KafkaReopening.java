package ai.nexadesk.webhooks.event.kafka;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Reopens a stream whenever it ends. Before that, it pauses; the pause doubles each time, up to a maximum, until the
 * stream delivers an item again.
 */
final class KafkaReopening {

    private final Duration first;
    private final Duration longest;
    private volatile Duration pause;

    /**
     * Sets the pauses.
     *
     * @param first the pause after the first end
     * @param longest the maximum pause
     */
    KafkaReopening(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        this.pause = first;
    }

    /**
     * A stream that ends only when its subscription is cancelled.
     *
     * @param open opens a stream; may block and may fail
     * @param ended called with the reason why a stream has ended and the pause before the next; may block
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
                // Not on the thread of a client that is being closed.
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .invoke(() -> ended.accept(end, now))
                // Even if the callback fails, the next stream is opened.
                .onFailure()
                .recoverWithItem(end)
                .onItem()
                .delayIt()
                .by(now);
    }
}
