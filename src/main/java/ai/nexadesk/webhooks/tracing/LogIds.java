package ai.nexadesk.webhooks.tracing;

import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** IDs by which a log collector finds related entries. They are in the MDC only while something is logged. */
public final class LogIds {

    private final Map<String, String> ids;

    private LogIds(Map<String, String> ids) {
        this.ids = ids;
    }

    /** An ID with this name. */
    public static LogIds of(String name, String id) {
        return new LogIds(Map.of(name, id));
    }

    /** These IDs and another one with this name. */
    public LogIds and(String name, String id) {
        var more = new HashMap<>(ids);
        more.put(name, id);
        return new LogIds(more);
    }

    /** Adds the IDs to everything that is logged during this action. */
    public void around(Runnable logging) {
        around(() -> {
            logging.run();
            return true;
        });
    }

    /** Adds the IDs to everything that is logged while this computes its result. */
    <T> T around(Supplier<T> work) {
        var before = new HashMap<String, @Nullable Object>();
        ids.forEach((name, id) -> before.put(name, MDC.put(name, id)));
        try {
            return work.get();
        } finally {
            before.forEach(LogIds::restore);
        }
    }

    private static void restore(String name, @Nullable Object before) {
        if (before == null) {
            MDC.remove(name);
        } else {
            MDC.put(name, before);
        }
    }
}
