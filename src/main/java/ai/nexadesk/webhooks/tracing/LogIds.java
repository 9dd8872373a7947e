package ai.nexadesk.webhooks.tracing;

import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * IDs that a log collector uses to find related entries. They are in the MDC only while something is logged.
 */
public final class LogIds {

    private final Map<String, String> ids;

    private LogIds(Map<String, String> ids) {
        this.ids = ids;
    }

    /** Under this name, this id. */
    public static LogIds of(String name, String id) {
        return new LogIds(Map.of(name, id));
    }

    /** These, and under this name this one. */
    public LogIds and(String name, String id) {
        var more = new HashMap<>(ids);
        more.put(name, id);
        return new LogIds(more);
    }

    /** Gives the ids to whatever is logged in it. */
    public void around(Runnable logging) {
        around(() -> {
            logging.run();
            return true;
        });
    }

    /** Gives the ids to whatever is logged while this finds its result. */
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
