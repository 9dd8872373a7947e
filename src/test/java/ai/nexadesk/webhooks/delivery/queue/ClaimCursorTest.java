package ai.nexadesk.webhooks.delivery.queue;

import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The claim cursor")
class ClaimCursorTest {

    private static final UUID OWNER = UUID.randomUUID();

    private final Queue<WorkQueue.Claimed> found = new ArrayDeque<>();
    private final ClaimCursor cursor = new ClaimCursor(
            new WorkQueue(new PGSimpleDataSource(), Jdbi.create(new PGSimpleDataSource())) {
                @Override
                Claimed claim(UUID owner, Instant now, String after, Collection<String> except, ClaimLimits most) {
                    return found.remove();
                }
            },
            InstantSource.system());

    @Test
    @DisplayName("does not count a webhook as visited that its claims have not reached")
    void rest() throws SQLException {
        found.add(new WorkQueue.Claimed(List.of(), "wh_m", true));
        found.add(new WorkQueue.Claimed(List.of(), null, false));
        found.add(new WorkQueue.Claimed(List.of(), null, false));
        assertThat(cursor.next(OWNER, List.of()).hasAllOf("wh_a")).isFalse();
        var rest = cursor.next(OWNER, List.of());
        assertThat(rest.hasAllOf("wh_a")).as("a webhook before the rest").isFalse();
        assertThat(rest.maybeMore()).isTrue();
        assertThat(cursor.next(OWNER, List.of()).hasAllOf("wh_a"))
                .as("all of them, and nothing is left")
                .isTrue();
    }
}
