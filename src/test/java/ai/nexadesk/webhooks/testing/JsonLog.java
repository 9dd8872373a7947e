package ai.nexadesk.webhooks.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.json.runtime.JsonFormatter;
import org.jboss.logmanager.ExtLogRecord;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Captures what is logged, in the JSON format for operators, until it is closed. */
public final class JsonLog extends Handler implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final JsonFormatter formatter = new JsonFormatter();

    private JsonLog() {}

    /** Starts capturing. */
    public static JsonLog listen() {
        var log = new JsonLog();
        Logger.getLogger("").addHandler(log);
        return log;
    }

    /** Waits for the first entry with this text in its message and with this ID. */
    public JsonNode await(String message, String idName, String id) {
        return Await.until(
                        message + " with " + idName + " " + id,
                        PATIENCE,
                        () -> entries().stream()
                                .filter(entry -> entry.path("message").asText().contains(message))
                                .filter(entry ->
                                        entry.at("/mdc/" + idName).asText().equals(id))
                                .findFirst(),
                        found -> found.isPresent())
                .orElseThrow();
    }

    /** All lines so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    private List<JsonNode> entries() {
        return lines.stream().map(JsonLog::read).toList();
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    @Override
    public void publish(LogRecord logged) {
        lines.add(formatter.format(ExtLogRecord.wrap(logged)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
    }
}
