package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.query.ListSearch;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.catalog.EventType;
import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.web.Formats;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A part of a log and the filters above it, as pages show them.
 *
 * @param path the page's path without filters
 * @param form the filters
 * @param filter the parsed filters
 * @param part the matching deliveries
 * @param total how many match; null except in the first part
 * @param maxAttempts the maximum number of automatic attempts of a delivery
 * @param age how old the data may be; null if that is not noticeable
 * @param now when it was read
 */
public record LogPage(
        String path,
        LogForm form,
        LogFilter filter,
        DeliveryLog.Entries part,
        DeliveryLog.@Nullable Total total,
        int maxAttempts,
        @Nullable Duration age,
        Instant now) {

    private static final Map<String, String> RANGES =
            inOrder("1h", "Last hour", "24h", "Last 24 hours", "7d", "Last 7 days");

    private static final Map<String, String> CODES = inOrder(
            "2xx",
            "2xx success",
            "3xx",
            "3xx redirect",
            "4xx",
            "4xx client error",
            "5xx",
            "5xx server error",
            "none",
            "No response");

    private static final Set<DeliveryStatus> RETRYABLE = EnumSet.of(DeliveryStatus.FAILED, DeliveryStatus.RETRYING);

    private static Map<String, String> inOrder(String... valuesAndWords) {
        var words = new LinkedHashMap<String, String>();
        for (int i = 0; i < valuesAndWords.length; i += 2) {
            words.put(valuesAndWords[i], valuesAndWords[i + 1]);
        }
        return words;
    }

    public static LogPage read(
            DeliveryLog log,
            String workspaceId,
            String path,
            LogForm form,
            LogFilter filter,
            int maxAttempts,
            Instant now) {
        @Nullable UUID before = form.cursor == null ? null : form.cursor.uuid(0);
        int most = before == null ? ListPage.COUNTED_UP_TO + 1 : 0;
        var found = ListSearch.through(log.lines(workspaceId, filter), before, form.lines() + 1, most);
        var part = DeliveryLog.Entries.of(found.items(), found.end(), form.lines());
        var total = before == null ? DeliveryLog.Total.of(found) : null;
        return new LogPage(path, form, filter, part, total, maxAttempts, log.age(), now);
    }

    /** Its lines, newest first. */
    public List<LogEntry> entries() {
        return part.entries();
    }

    /** Whether it is the top of the log. */
    public boolean isFirst() {
        return total != null;
    }

    /** Whether no delivery matches. */
    public boolean isNothing() {
        return isFirst() && entries().isEmpty() && part.next() == null;
    }

    /** The available statuses. */
    public List<DeliveryStatus> states() {
        return List.of(DeliveryStatus.values());
    }

    /** The available responses and their labels; includes a single code from the address. */
    public Set<Map.Entry<String, String>> codes() {
        if (form.statusCode.isBlank() || CODES.containsKey(form.statusCode)) {
            return CODES.entrySet();
        }
        var codes = new LinkedHashMap<>(CODES);
        codes.put(form.statusCode, Formats.causes(form.statusCode));
        return codes.entrySet();
    }

    /** The available time ranges and their labels. */
    public Set<Map.Entry<String, String>> ranges() {
        return RANGES.entrySet();
    }

    /** The available event types. */
    public List<String> types() {
        var pings = filter.pings() ? Stream.of(LeasedDelivery.PING) : Stream.<String>empty();
        return Stream.concat(Catalog.all().stream().map(EventType::name), pings).toList();
    }

    /** Whether a filter is set, so that an empty log means "no match". */
    public boolean isFiltered() {
        return form.isFiltered();
    }

    /** Whether a custom time range is set. */
    public boolean isBetween() {
        return form.range.isBlank() && !(form.since.isBlank() && form.until.isBlank());
    }

    /** The total number of lines, for display. */
    public String count() {
        if (total == null) {
            return "Older deliveries";
        }
        var backTo = total.countedBackTo();
        if (backTo != null) {
            return Formats.of(total.counted(), "delivery", "deliveries") + " since " + Formats.absolute(backTo);
        }
        return Formats.of(total.counted(), total.isLowerBound(), "delivery", "deliveries");
    }

    /** The time before which deliveries have not been searched, if the search stopped before the page was full. */
    public @Nullable Instant searchedBackTo() {
        var next = part.next();
        return next == null || entries().size() == form.lines() ? null : UuidV7.timeOf(next);
    }

    /** Whether all rows are failed or retrying, so that they can be retried together. */
    public boolean isRetryable() {
        return !filter.statuses().isEmpty()
                && RETRYABLE.containsAll(filter.statuses())
                && total != null
                && total.counted() > 0;
    }

    /** The confirmation page for retrying all matching deliveries. */
    public String retryPath() {
        return form.address(path + "/retry", null, "");
    }

    /** The path for retrying the selected deliveries. */
    public String selectedPath() {
        return form.address(path + "/selected", null, "");
    }

    /** The path of the export of all matching deliveries. */
    public String exportPath(String format) {
        return form.address(path + "/export." + format, null, "");
    }

    /** The page with the following lines and the same filters; null if there are no more. */
    public @Nullable String nextPath() {
        return part.next() == null ? null : form.address(path, Cursor.after(part.next()));
    }

    /** Whether the page announces new deliveries. */
    public boolean isLive() {
        return form.live.equals("on");
    }

    /** The same page from the top. */
    public String topPath() {
        return form.address(path, null);
    }

    /** The same page with the live setting toggled. */
    public String togglePath() {
        return form.address(path, null, isLive() ? "" : "on");
    }

    /** The path of the notice about deliveries newer than these. */
    public String newsPath() {
        var newest =
                entries().isEmpty() ? UuidV7.lowestAt(now) : entries().get(0).delivery().id;
        var address = form.address(path + "/news", null);
        return address + (address.contains("?") ? "&" : "?") + "after=" + DeliveryIds.format(newest);
    }
}
