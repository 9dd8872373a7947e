package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.query.FilterValues;
import ai.nexadesk.webhooks.api.query.RequestTime;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.outbound.ErrorCode;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which deliveries of a workspace a log shows, and in which order. Members that are null or empty match everything. All
 * others must match.
 *
 * @param webhookId only of this webhook
 * @param statuses only those in these states
 * @param eventTypes only of these types
 * @param codes only those whose latest attempt had this response
 * @param since only those created at this moment or later
 * @param until only those created before this moment
 * @param text only those with this delivery ID or event ID, or with this text in their body
 * @param record only those of events about this record
 * @param pings whether pings are included
 * @param oldestFirst whether the oldest come first
 */
public record LogFilter(
        @Nullable String webhookId,
        List<DeliveryStatus> statuses,
        List<String> eventTypes,
        List<Codes> codes,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable String text,
        @Nullable String record,
        boolean pings,
        boolean oldestFirst) {

    /**
     * A range of HTTP status codes, or the reason for a missing response.
     *
     * @param from the lowest; 0 for "no response"
     * @param to the highest
     * @param reason why there was no response: an error code, or one of the constants below; blank for a range
     */
    public record Codes(int from, int to, String reason) {

        /** Attempted without a response. */
        private static final String NONE = "none";

        /** Given up before the first attempt. */
        public static final String NOT_ATTEMPTED = "not_attempted";

        /**
         * Reads {@code 404}, {@code 5xx}, {@code none}, {@code not_attempted}, or an error code such as {@code timeout}.
         *
         * @throws ApiException 400 if it is none of these
         */
        public static Codes parse(String text) {
            if (text.matches("[1-5]xx")) {
                int from = (text.charAt(0) - '0') * 100;
                return new Codes(from, from + 99, "");
            }
            if (text.matches("[1-5]\\d\\d")) {
                return new Codes(Integer.parseInt(text), Integer.parseInt(text), "");
            }
            if (text.equals(NONE) || text.equals(NOT_ATTEMPTED) || ErrorCode.isValue(text)) {
                return new Codes(0, 0, text);
            }
            throw ApiException.invalid(
                    "status_code",
                    "status_code must be a code such as 404, a class such as 5xx, none, not_attempted, or an error code such as"
                            + " timeout.");
        }

        /** The condition in a query. */
        String condition() {
            return switch (reason) {
                case "" -> "d.statusCode between " + from + " and " + to;
                case NONE -> "d.statusCode is null and d.attempts > 0";
                case NOT_ATTEMPTED -> "d.attempts = 0";
                default -> "d.statusCode is null and d.errorCode = '" + reason + "'";
            };
        }

        /** As written in the filter. */
        @Override
        public String toString() {
            if (!reason.isEmpty()) {
                return reason;
            }
            return from == to ? Integer.toString(from) : from / 100 + "xx";
        }
    }

    /** A filter that matches everything in the log of one webhook. */
    public static LogFilter ofWebhook(String webhookId) {
        return new LogFilter(webhookId, List.of(), List.of(), List.of(), null, null, null, null, true, false);
    }

    /**
     * Parses a form or a query string. Blank members match everything.
     *
     * @throws ApiException 400 if a member is invalid
     */
    public static LogFilter parse(
            @Nullable String webhookId,
            @Nullable String status,
            @Nullable String eventType,
            @Nullable String codes,
            @Nullable String since,
            @Nullable String until,
            @Nullable String text) {
        var span = RequestTime.span(given(since), given(until));
        return new LogFilter(
                given(webhookId).orElse(null),
                FilterValues.of("status", status, LogFilter::statusOf),
                FilterValues.of("event", eventType, LogFilter::typeOf),
                FilterValues.of("status_code", codes, Codes::parse),
                span.since(),
                span.until(),
                given(text).map(String::strip).orElse(null),
                null,
                true,
                false);
    }

    /** This filter without pings. */
    public LogFilter withoutPings() {
        return new LogFilter(webhookId, statuses, eventTypes, codes, since, until, text, record, false, oldestFirst);
    }

    /** This filter for events about this record only; blank for all. */
    public LogFilter about(@Nullable String wanted) {
        return new LogFilter(
                webhookId,
                statuses,
                eventTypes,
                codes,
                since,
                until,
                text,
                given(wanted).map(String::strip).orElse(null),
                pings,
                oldestFirst);
    }

    /** This filter with this end. */
    public LogFilter until(Instant end) {
        return new LogFilter(webhookId, statuses, eventTypes, codes, since, end, text, record, pings, oldestFirst);
    }

    /** One filter for each of the statuses, which indexes support. The filters are disjoint. */
    public List<LogFilter> ofEachStatus() {
        return statuses.stream().map(this::in).toList();
    }

    /** This filter for this status only, without pings. */
    public LogFilter in(DeliveryStatus status) {
        var only = List.of(status);
        return new LogFilter(webhookId, only, eventTypes, codes, since, until, text, record, false, oldestFirst);
    }

    /** This filter in this order. */
    LogFilter oldestFirst(boolean isOldestFirst) {
        return new LogFilter(webhookId, statuses, eventTypes, codes, since, until, text, record, pings, isOldestFirst);
    }

    /** The only status that it matches; null if there are none or several. */
    public @Nullable DeliveryStatus status() {
        return statuses.size() == 1 ? statuses.get(0) : null;
    }

    /** Its statuses for display: {@code Failed}, {@code Failed or retrying}. */
    public String stateName() {
        var words = statuses.stream().map(DeliveryStatus::value).collect(Collectors.joining(" or "));
        return words.isEmpty() ? "All" : Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** Whether an index alone supports it, regardless of the log's content. */
    boolean isIndexed() {
        var status = status();
        boolean isStatusIndexed =
                statuses.isEmpty() || status != null && (!status.isFinal() || status == DeliveryStatus.FAILED);
        return isStatusIndexed && eventTypes.isEmpty() && codes.isEmpty();
    }

    private static Optional<String> given(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    private static DeliveryStatus statusOf(String value) {
        return DeliveryStatus.of(value)
                .orElseThrow(() -> ApiException.invalid(
                        "status",
                        "status must be one of "
                                + Stream.of(DeliveryStatus.values())
                                        .map(DeliveryStatus::value)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    private static String typeOf(String name) {
        if (!name.equals(LeasedDelivery.PING) && Catalog.find(name).isEmpty()) {
            throw ApiException.invalid("event", Catalog.unknown(name));
        }
        return name;
    }
}
