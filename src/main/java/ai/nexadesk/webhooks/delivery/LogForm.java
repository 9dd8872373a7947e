package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.Cursor;
import org.jspecify.annotations.Nullable;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.UriBuilder;

/** The filters above a log, as they stand in the address of its page. */
public class LogForm {

    /** A delivery's or an event's id. */
    @QueryParam("q")
    @DefaultValue("")
    public String q = "";

    /** How far, as a word. */
    @QueryParam("status")
    @DefaultValue("")
    public String status = "";

    /** The event type. */
    @QueryParam("event")
    @DefaultValue("")
    public String event = "";

    /** What the latest attempt was answered: {@code 404}, {@code 5xx} or {@code none}. */
    @QueryParam("status_code")
    @DefaultValue("")
    public String statusCode = "";

    @QueryParam("cursor")
    @Nullable
    Cursor cursor;

    LogFilter filter(@Nullable String webhookId) {
        return LogFilter.parse(webhookId, status, event, statusCode, null, null, q);
    }

    /** What matches and has no retries left; pings never had any. */
    LogFilter failed(@Nullable String webhookId) {
        var failed = DeliveryStatus.FAILED.word();
        return LogFilter.parse(webhookId, failed, event, statusCode, null, null, q)
                .withoutPings();
    }

    /** The address of a page that keeps all filters. */
    String address(String path, @Nullable Cursor next) {
        var address = UriBuilder.fromPath(path);
        add(address, "q", q);
        add(address, "status", status);
        add(address, "event", event);
        add(address, "status_code", statusCode);
        add(address, "cursor", next == null ? "" : next.toString());
        return address.build().toString();
    }

    private static void add(UriBuilder address, String name, String value) {
        if (!value.isBlank()) {
            address.queryParam(name, "{" + name + "}").resolveTemplate(name, value);
        }
    }
}
