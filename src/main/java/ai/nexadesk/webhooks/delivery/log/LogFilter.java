package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Which deliveries of a workspace a log shows. Members that are null let everything through; all the others must hold.
 *
 * @param webhookId only of this webhook
 * @param status only those that have come this far
 * @param eventType only of this type
 * @param codes only those whose latest attempt was answered so
 * @param since only those made at this moment or later
 * @param until only those made before this moment
 * @param text only those with this delivery id or event id, or with this text in their body
 * @param pings whether pings are among them, too
 */
public record LogFilter(
        @Nullable String webhookId,
        @Nullable DeliveryStatus status,
        @Nullable String eventType,
        @Nullable Codes codes,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable String text,
        boolean pings) {

    /** What the database and ids can hold, and more than anybody means. */
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    /**
     * A range of HTTP status codes.
     *
     * @param from the lowest; 0 for "no answer at all"
     * @param to the highest
     */
    public record Codes(int from, int to) {

        /**
         * Reads {@code 404}, {@code 5xx} or {@code none}.
         *
         * @throws ApiException 400 if it is none of these
         */
        public static Codes parse(String text) {
            if (text.equals("none")) {
                return new Codes(0, 0);
            }
            if (text.matches("[1-5]xx")) {
                int from = (text.charAt(0) - '0') * 100;
                return new Codes(from, from + 99);
            }
            if (text.matches("[1-5]\\d\\d")) {
                return new Codes(Integer.parseInt(text), Integer.parseInt(text));
            }
            throw ApiException.invalid(
                    "status_code", "status_code must be a code such as 404, a class such as 5xx, or none.");
        }

        boolean isNone() {
            return from == 0;
        }

        /** As it is written. */
        @Override
        public String toString() {
            if (isNone()) {
                return "none";
            }
            return from == to ? Integer.toString(from) : from / 100 + "xx";
        }
    }

    /** Everything in the log of one webhook. */
    public static LogFilter ofWebhook(String webhookId) {
        return new LogFilter(webhookId, null, null, null, null, null, null, true);
    }

    /**
     * Reads what a page's form or a query string says; blank members let everything through.
     *
     * @throws ApiException 400 if a member makes no sense
     */
    public static LogFilter parse(
            @Nullable String webhookId,
            @Nullable String status,
            @Nullable String eventType,
            @Nullable String codes,
            @Nullable String since,
            @Nullable String until,
            @Nullable String text) {
        return new LogFilter(
                webhookId,
                given(status).map(LogFilter::statusOf).orElse(null),
                given(eventType).orElse(null),
                given(codes).map(Codes::parse).orElse(null),
                given(since).map(value -> instantOf("since", value)).orElse(null),
                given(until).map(value -> instantOf("until", value)).orElse(null),
                given(text).map(String::strip).orElse(null),
                true);
    }

    /** The same without pings. */
    public LogFilter withoutPings() {
        return new LogFilter(webhookId, status, eventType, codes, since, until, text, false);
    }

    /** The same with this end. */
    public LogFilter until(Instant end) {
        return new LogFilter(webhookId, status, eventType, codes, since, end, text, pings);
    }

    /** Whether an index alone answers it, whatever is or is not in the log. */
    boolean isIndexed() {
        boolean isStatusIndexed = status == null || !status.isFinal() || status == DeliveryStatus.FAILED;
        return isStatusIndexed && eventType == null && codes == null;
    }

    private static Optional<String> given(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    private static DeliveryStatus statusOf(String word) {
        return DeliveryStatus.of(word)
                .orElseThrow(() -> ApiException.invalid(
                        "status", "status must be queued, sending, retrying, delivered, failed or cancelled."));
    }

    /** A time with its offset, or one in UTC as browsers' forms send it. */
    private static Instant instantOf(String member, String text) {
        try {
            var time = DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from)
                            instanceof OffsetDateTime exact
                    ? exact.toInstant()
                    : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
            if (!time.isBefore(FIRST) && !time.isAfter(LAST)) {
                return time;
            }
        } catch (DateTimeParseException notATime) {
            // Told below.
        }
        throw ApiException.invalid(member, member + " must be a time such as 2026-03-20T14:00:00Z.");
    }
}
