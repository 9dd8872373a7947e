package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.catalog.EventType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import org.jboss.logging.Logger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/**
 * Compares published events with the catalog's JSON Schemas. In reject mode, it checks every event before it is stored.
 * In warn mode, the default, it checks samples in a thread of its own and logs each kind of mismatch once, so that it
 * never delays or loses an event.
 */
@ApplicationScoped
public class SchemaCheck {

    private static final Logger LOG = Logger.getLogger(SchemaCheck.class);

    private static final JsonMapper JSON = new JsonMapper();

    /** If the queue is full, the event is not checked; a later one of its type will be. */
    private static final int SAMPLES_WAITING = 16;

    /** The pause between samples, which limits checking to a small share of one core, regardless of the load. */
    private static final long PAUSE_MILLIS = 50;

    private static final int FINDINGS_REMEMBERED = 1_000;

    private final SchemaSettings.Mode mode;
    private final Map<String, JsonSchema> schemas;
    private final ArrayBlockingQueue<NewEvent> samples = new ArrayBlockingQueue<>(SAMPLES_WAITING);
    private final Set<String> reported = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::sample, "schema-check");

    @Inject
    SchemaCheck(SchemaSettings settings) {
        this(settings.schemaCheck());
    }

    SchemaCheck(SchemaSettings.Mode mode) {
        this.mode = mode;
        var factory = JsonSchemaFactory.getInstance(VersionFlag.V202012);
        var config =
                SchemaValidatorsConfig.builder().pathType(PathType.JSON_PATH).build();
        schemas = Catalog.all().stream()
                .collect(Collectors.toMap(EventType::name, type -> factory.getSchema(type.schema(), config)));
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    void start(@Observes StartupEvent event) {
        schemas.values().forEach(JsonSchema::initializeValidators);
        if (mode == SchemaSettings.Mode.WARN) {
            thread.start();
        }
    }

    void stop(@Observes ShutdownEvent event) {
        thread.interrupt();
    }

    /**
     * Checks events before they are stored.
     *
     * @param path maps an event's index to its path in the request, such as {@code $[3]}
     * @throws InvalidEventException if an event is to be rejected
     */
    public void check(List<NewEvent> events, IntFunction<String> path) {
        if (mode == SchemaSettings.Mode.WARN) {
            samples.offer(events.get(0));
        } else if (mode == SchemaSettings.Mode.REJECT) {
            var refusals = IntStream.range(0, events.size())
                    .boxed()
                    .flatMap(i ->
                            problems(events.get(i)).stream().limit(1).map(problem -> refusal(problem, path.apply(i))))
                    .limit(InvalidEventException.MAX_PROBLEMS)
                    .toList();
            if (!refusals.isEmpty()) {
                throw InvalidEventException.of(refusals);
            }
        }
    }

    private static InvalidEventException refusal(ValidationMessage problem, String event) {
        var place = event + ".data" + problem.getInstanceLocation().toString().substring(1);
        return InvalidEventException.at(
                "schema_mismatch", place, "this " + describe(problem) + " according to the event catalog.");
    }

    private List<ValidationMessage> problems(NewEvent event) {
        return schemas.get(event.type()).validate(data(event)).stream()
                .sorted(Comparator.comparing(
                        problem -> problem.getInstanceLocation().toString()))
                .toList();
    }

    private static JsonNode data(NewEvent event) {
        try {
            return JSON.readTree(event.body()).path("data");
        } catch (IOException e) {
            throw new UncheckedIOException("A body that we made is JSON", e);
        }
    }

    /** The problem without the path, with which the library's messages start. */
    private static String describe(ValidationMessage problem) {
        return problem.getMessage().replaceFirst("^[^:]*: ", "");
    }

    private void sample() {
        try {
            while (true) {
                var event = samples.take();
                problems(event).forEach(problem -> warn(event, problem));
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Logs a mismatch. Must not contain values of the data, which belongs to customers. */
    private void warn(NewEvent event, ValidationMessage problem) {
        var finding = event.type() + " " + problem.getEvaluationPath();
        if (reported.size() < FINDINGS_REMEMBERED && reported.add(finding)) {
            event.logIds()
                    .around(() -> LOG.warnf(
                            "Published %s events do not match the schema: at %s of data, this %s. They are sent"
                                    + " anyway. Fix the publisher or the catalog. This is logged once.",
                            event.type(), problem.getInstanceLocation(), describe(problem)));
        }
    }
}
