package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.query.RequestTime;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.UriBuilder;

/** The filters above a log, as in the URL of the page. */
public class LogForm {

    private static final int LINES = 50;
    private static final int MAX_LINES = 500;

    private static final Map<String, Duration> RANGES =
            Map.of("1h", Duration.ofHours(1), "24h", Duration.ofDays(1), "7d", Duration.ofDays(7));

    /** Only deliveries to this webhook, if the log covers several. */
    @QueryParam("webhook")
    @DefaultValue("")
    public String webhook = "";

    /** How many lines to show first: as many as the reader had loaded before opening a delivery. */
    @QueryParam("lines")
    @DefaultValue("")
    public String lines = "";

    /** A delivery ID, an event ID, or a text in the body. */
    @QueryParam("q")
    @DefaultValue("")
    public String q = "";

    /** The delivery status. */
    @QueryParam("status")
    @DefaultValue("")
    public String status = "";

    /** The event type. */
    @QueryParam("event")
    @DefaultValue("")
    public String event = "";

    /** The response to the latest attempt: {@code 404}, {@code 5xx} or {@code none}. */
    @QueryParam("status_code")
    @DefaultValue("")
    public String statusCode = "";

    /** The record that the event is about. */
    @QueryParam("record")
    @DefaultValue("")
    public String record = "";

    /**
     * A time range that ends now: {@code 1h}, {@code 24h} or {@code 7d}; blank to use {@link #since} and
     * {@link #until}.
     */
    @QueryParam("range")
    @DefaultValue("")
    public String range = "";

    /** The beginning of a time range, in UTC. */
    @QueryParam("since")
    @DefaultValue("")
    public String since = "";

    /** The end of a time range, in UTC. */
    @QueryParam("until")
    @DefaultValue("")
    public String until = "";

    /** Whether the page announces new deliveries. */
    @QueryParam("live")
    @DefaultValue("")
    public String live = "";

    @QueryParam("cursor")
    @Nullable
    Cursor cursor;

    /** The number of lines in a part of the log. */
    int lines() {
        boolean isMore = cursor == null && lines.matches("\\d{1,4}");
        return isMore ? Math.min(MAX_LINES, Math.max(LINES, Integer.parseInt(lines))) : LINES;
    }

    LogFilter filter(@Nullable String webhookId, Instant now) {
        return filter(webhookId, status, now);
    }

    /** The matching deliveries that can be retried in bulk: failed, retrying or both, never pings. */
    public LogFilter retryable(@Nullable String webhookId, Instant now) {
        var wanted = status.matches("(failed|retrying)(,(failed|retrying))?") ? status : DeliveryStatus.FAILED.value();
        return filter(webhookId, wanted, now).withoutPings();
    }

    private LogFilter filter(@Nullable String webhookId, String status, Instant now) {
        var span = RANGES.get(range);
        return LogFilter.parse(
                        webhookId == null ? webhook : webhookId,
                        status,
                        event,
                        statusCode,
                        span == null
                                ? RequestTime.inUtc(since)
                                : now.minus(span).toString(),
                        span == null ? RequestTime.inUtc(until) : "",
                        q)
                .about(record);
    }

    /** A form with these filters only. */
    public static LogForm of(String webhook, String status, String statusCode) {
        var form = new LogForm();
        form.webhook = webhook;
        form.status = status;
        form.statusCode = statusCode;
        return form;
    }

    /** The beginning, formatted for the form's field. */
    public String sinceLocal() {
        return local(since);
    }

    /** The end, formatted for the form's field. */
    public String untilLocal() {
        return local(until);
    }

    private static String local(String time) {
        return time.replaceFirst("(:\\d\\d)(:\\d\\d)?(\\.\\d+)?Z$", "$1");
    }

    /** Whether any filter is set. */
    boolean isFiltered() {
        return !webhook.isBlank() || isNarrowed();
    }

    /** How many filters are set besides the search. */
    public long filters() {
        return Stream.of(webhook, status, event, statusCode, record, range, since + until)
                .filter(value -> !value.isBlank())
                .count();
    }

    /** Whether any filter other than the webhook is set. */
    public boolean isNarrowed() {
        return Stream.of(q, status, event, statusCode, record, range, since, until)
                .anyMatch(value -> !value.isBlank());
    }

    /** The address of a page that keeps all filters. */
    public String address(String path, @Nullable Cursor next) {
        return address(path, next, live);
    }

    /** The address of a page that keeps all filters and has this live setting. */
    public String address(String path, @Nullable Cursor next, String live) {
        var address = UriBuilder.fromPath(path);
        add(address, "webhook", webhook);
        add(address, "q", q);
        add(address, "status", status);
        add(address, "event", event);
        add(address, "status_code", statusCode);
        add(address, "record", record);
        add(address, "range", range);
        add(address, "since", since);
        add(address, "until", until);
        add(address, "live", live);
        add(address, "cursor", next == null ? "" : next.toString());
        return address.build().toString();
    }

    private static void add(UriBuilder address, String name, String value) {
        if (!value.isBlank()) {
            address.queryParam(name, "{" + name + "}").resolveTemplate(name, value);
        }
    }
}
