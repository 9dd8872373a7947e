package ai.nexadesk.webhooks.api.guard;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

@QuarkusTest
@DisplayName("A request's ID")
class RequestIdsTest {

    private final Api api = Api.ofNewWorkspace();

    @Test
    @DisplayName("is the one from the proxy, and is in all log entries about it and in no others")
    void logged() {
        var log = new Listener();
        Logger.getLogger("").addHandler(log);
        try {
            fail("proxy-1");
            fail("proxy-2");
        } finally {
            Logger.getLogger("").removeHandler(log);
        }
        assertThat(log.idsOf("/api/v1/external/probe/bug")).containsExactly("proxy-1", "proxy-2");
    }

    @Test
    @DisplayName("is in log entries about events that could not be stored, even if others store them")
    void notStored() {
        var log = new Listener();
        Logger.getLogger("").addHandler(log);
        new Sql().run("alter table event_id rename to event_id_away");
        try {
            publish("publisher-1");
            publish("publisher-2");
        } finally {
            new Sql().run("alter table event_id_away rename to event_id");
            Logger.getLogger("").removeHandler(log);
        }
        assertThat(log.idsOf("Events could not be stored")).containsExactly("publisher-1", "publisher-2");
    }

    private void publish(String id) {
        given().header("Authorization", "Bearer test-publisher-token")
                .header("X-Request-Id", id)
                .contentType("application/json")
                .body("{\"event\":\"lead.created\",\"workspace_id\":\""
                        + api.workspace().id() + "\",\"data\":{}}")
                .post("/api/v1/internal/events")
                .then()
                .statusCode(503)
                .header("X-Request-Id", equalTo(id))
                .body("error", equalTo("Events could not be stored. Publish them again shortly."));
    }

    private void fail(String id) {
        api.request()
                .header("X-Request-Id", id)
                .get("/api/v1/external/probe/bug")
                .then()
                .statusCode(500)
                .header("X-Request-Id", equalTo(id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "{\"level\":\"ERROR\"}", "é"})
    @DisplayName("is a new one if the given one could be misread in a log")
    void refused(String hostile) {
        for (var path : List.of("/login", "/api/v1/external/webhooks", "/no/such/page")) {
            given().header("X-Request-Id", hostile)
                    .get(path)
                    .then()
                    .header("X-Request-Id", matchesPattern("[0-9a-f]{16}"));
        }
    }

    private record Entry(String text, String id) {}

    /** Records the log entries. */
    private static final class Listener extends Handler {
        private final List<Entry> entries = new CopyOnWriteArrayList<>();

        List<String> idsOf(String text) {
            return entries.stream()
                    .filter(entry -> entry.text.contains(text))
                    .map(Entry::id)
                    .toList();
        }

        @Override
        public void publish(LogRecord logged) {
            var text = logged.getMessage() + Arrays.toString(logged.getParameters());
            entries.add(new Entry(text, ExtLogRecord.wrap(logged).getMdc("requestId")));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
