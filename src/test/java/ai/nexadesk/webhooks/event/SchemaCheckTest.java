package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.event.SchemaSettings.Mode;
import ai.nexadesk.webhooks.testing.Await;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("The check against the catalog's schemas")
class SchemaCheckTest {

    private static final String STRANGE =
            "{\"id\":\"1\",\"visitor_name\":\"John\",\"pipeline_stage\":\"won\",\"created_at\":5}";

    @Test
    @DisplayName("accepts every example, unknown members, and null for optional members")
    void passes() {
        var check = new SchemaCheck(Mode.REJECT);
        for (var type : Catalog.all()) {
            var open = type.example().replaceFirst("\\{", "{\"added_later\":{\"a\":1},");
            assertThatCode(() -> check.check(
                            List.of(event(type.name(), type.example()), event(type.name(), open)), i -> "$"))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    @DisplayName("names the event and the wrong member when it rejects")
    void rejects() {
        var check = new SchemaCheck(Mode.REJECT);
        var good =
                event("lead.created", Catalog.find("lead.created").orElseThrow().example());
        assertThatThrownBy(() -> check.check(List.of(good, event("lead.created", STRANGE)), i -> "$[" + i + "]"))
                .isInstanceOfSatisfying(InvalidEventException.class, e -> {
                    assertThat(e.code()).isEqualTo("schema_mismatch");
                    assertThat(e.path()).isEqualTo("$[1].data.created_at");
                    assertThat(e).hasMessageContaining("string expected");
                });
        assertThatThrownBy(() -> check.check(List.of(event("contact.created", "{}")), i -> "$"))
                .hasMessageContaining("$.data: ");
    }

    @Test
    @DisplayName("warns once for each kind of mismatch, without the data, and accepts everything")
    void warns() {
        var check = new SchemaCheck(Mode.WARN);
        var logged = new CopyOnWriteArrayList<String>();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                logged.add(String.format(record.getMessage(), record.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        var log = Logger.getLogger(SchemaCheck.class.getName());
        log.addHandler(handler);
        try {
            check.start(null);
            check.check(List.of(event("lead.created", STRANGE)), i -> "$");
            check.check(List.of(event("lead.created", STRANGE)), i -> "$");
            check.check(List.of(event("lead.updated", "{\"id\":7}")), i -> "$");
            Await.until("the warnings", Duration.ofSeconds(10), () -> logged, all -> all.stream()
                    .anyMatch(line -> line.contains("lead.updated") && line.contains("$.id")));
            assertThat(logged.stream().filter(line -> line.contains("lead.created")))
                    .hasSize(2)
                    .anyMatch(line -> line.contains("$.created_at"))
                    .noneMatch(line -> line.contains("John"));
        } finally {
            check.stop(null);
            log.removeHandler(handler);
        }
    }

    @Test
    @DisplayName("does nothing if it is off")
    void off() {
        assertThatCode(() -> new SchemaCheck(Mode.OFF).check(List.of(event("lead.created", "{}")), i -> "$"))
                .doesNotThrowAnyException();
    }

    private static NewEvent event(String type, String data) {
        return EventParser.newEvent(type, Instant.parse("2026-03-20T14:00:00Z"), "ws_nexadeskdemo", data);
    }
}
