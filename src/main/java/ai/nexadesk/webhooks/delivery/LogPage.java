package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Page;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.catalog.EventType;
import ai.nexadesk.webhooks.web.Formats;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A part of a log and the filters above it, as pages show them.
 *
 * @param path the page without its filters
 * @param form the filters
 * @param filter what they mean
 * @param part what they let through
 */
record LogPage(String path, LogForm form, LogFilter filter, DeliveryLog.Part part) {

    private static final int LINES = 50;

    private static final Map<String, String> CODES = codesInOrder();

    private static Map<String, String> codesInOrder() {
        var codes = new LinkedHashMap<String, String>();
        codes.put("2xx", "2xx success");
        codes.put("3xx", "3xx redirect");
        codes.put("4xx", "4xx client error");
        codes.put("5xx", "5xx server error");
        codes.put("none", "No answer");
        return codes;
    }

    static LogPage read(DeliveryLog log, String workspaceId, String path, LogForm form, LogFilter filter) {
        var before = form.cursor == null ? null : form.cursor.uuid(0);
        return new LogPage(path, form, filter, log.read(workspaceId, filter, before, LINES));
    }

    /** Its lines, newest first. */
    public List<LogEntry> entries() {
        return part.entries();
    }

    /** The states to choose from. */
    public List<DeliveryStatus> states() {
        return List.of(DeliveryStatus.values());
    }

    /** The answers to choose from, with their words. */
    public Set<Map.Entry<String, String>> codes() {
        return CODES.entrySet();
    }

    /** The event types to choose from. */
    public List<String> types() {
        var pings = filter.pings() ? Stream.of(Lease.PING) : Stream.<String>empty();
        return Stream.concat(Catalog.all().stream().map(EventType::name), pings).toList();
    }

    /** Whether somebody chose a filter, so that an empty log means "no match". */
    public boolean isFiltered() {
        return !form.address(path, null).equals(path);
    }

    /** How many lines there are in all. */
    public String count() {
        return part.totalIsLowerBound()
                ? "More than " + Formats.of(Page.COUNTED_UP_TO, "delivery", "deliveries")
                : Formats.of(part.total(), "delivery", "deliveries");
    }

    /** Whether all lines are failed, so that they can be retried together. */
    public boolean isRetryable() {
        return filter.status() == DeliveryStatus.FAILED && part.total() > 0;
    }

    /** The page that asks before it retries all that match. */
    public String retryPath() {
        return form.address(path + "/retry", null);
    }

    /** The page with the following lines, filters kept; null if there are no more. */
    public @Nullable String nextPath() {
        return part.next() == null ? null : form.address(path, Cursor.after(part.next()));
    }
}
