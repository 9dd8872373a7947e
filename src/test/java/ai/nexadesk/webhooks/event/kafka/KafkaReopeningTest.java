package ai.nexadesk.webhooks.event.kafka;

import ai.nexadesk.webhooks.testing.Await;
import io.smallrye.mutiny.Multi;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A Kafka stream that has ended")
class KafkaReopeningTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Queue<Supplier<Multi<String>>> streams = new ConcurrentLinkedQueue<>();
    private final List<String> taken = Collections.synchronizedList(new ArrayList<>());
    private final List<String> ends = Collections.synchronizedList(new ArrayList<>());

    @Test
    @DisplayName("is reopened, whether it failed, completed or could not be opened, even if the callback fails")
    void goesOn() {
        streams.add(() -> failing("a"));
        streams.add(() -> Multi.createFrom().items("b"));
        streams.add(() -> {
            throw new KafkaException("not opened");
        });
        streams.add(() -> {
            throw new KafkaException("told badly");
        });
        streams.add(() -> open("last"));
        run(2, 2);
        assertThat(taken).containsExactly("a", "b", "last");
        assertThat(ends).containsExactly("failed, 2", "The stream is complete, 2", "not opened, 2", "told badly, 2");
    }

    @Test
    @DisplayName("is reopened after a pause that doubles up to a maximum, until an item arrives")
    void pauses() {
        for (int i = 0; i < 4; i++) {
            streams.add(() -> Multi.createFrom().failure(new KafkaException("refused")));
        }
        streams.add(() -> failing("a"));
        streams.add(() -> open("last"));
        run(1, 5);
        assertThat(taken).containsExactly("a", "last");
        assertThat(ends).containsExactly("refused, 1", "refused, 2", "refused, 4", "refused, 5", "failed, 1");
    }

    @Test
    @DisplayName("stays closed after its subscription is canceled")
    void cancelled() {
        streams.add(() -> Multi.createFrom().failure(new KafkaException("refused")));
        streams.add(() -> open("last"));
        var subscription = new KafkaReopening(Duration.ofDays(1), Duration.ofDays(1))
                .of(() -> streams.remove().get(), this::ended)
                .subscribe()
                .with(taken::add);
        Await.until("the end of a stream", PATIENCE, () -> ends, seen -> !seen.isEmpty());
        subscription.cancel();
        assertThat(streams).hasSize(1);
        assertThat(taken).isEmpty();
    }

    /** Runs until the last stream has been opened and has produced an item. */
    private void run(int firstMillis, int longestMillis) {
        var subscription = new KafkaReopening(Duration.ofMillis(firstMillis), Duration.ofMillis(longestMillis))
                .of(() -> streams.remove().get(), this::ended)
                .subscribe()
                .with(taken::add);
        Await.until("the last item", PATIENCE, () -> List.copyOf(taken), items -> items.contains("last"));
        subscription.cancel();
    }

    private void ended(Throwable why, Duration pause) {
        ends.add(why.getMessage() + ", " + pause.toMillis());
        if ("told badly".equals(why.getMessage())) {
            throw new IllegalStateException("this, too");
        }
    }

    private static Multi<String> failing(String item) {
        return Multi.createBy()
                .concatenating()
                .streams(Multi.createFrom().item(item), Multi.createFrom().failure(new KafkaException("failed")));
    }

    private static Multi<String> open(String item) {
        return Multi.createBy()
                .concatenating()
                .streams(Multi.createFrom().item(item), Multi.createFrom().nothing());
    }
}
