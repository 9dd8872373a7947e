package ai.nexadesk.webhooks.webhook.pace;

import ai.nexadesk.webhooks.web.Formats;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/**
 * The maximum rate of requests to a webhook, across all replicas.
 *
 * @param perSecond maximum requests in any second; null for no limit
 * @param inFlight maximum requests at a time; null for no limit
 */
@Embeddable
public record Pace(
        @Column(name = "max_per_second") @Nullable Integer perSecond,
        @Column(name = "max_in_flight") @Nullable Integer inFlight) {

    /** In a draft: removes the limit. A draft without a value keeps it. */
    public static final int NO_LIMIT = Integer.MIN_VALUE;

    /** No limits. */
    public static final Pace NONE = new Pace(null, null);

    public static final String PER_SECOND = "max_per_second";
    public static final String IN_FLIGHT = "max_in_flight";

    private static final int MAX_LIMIT = 1_000;

    /**
     * The safety margin by which the even intervals between requests are lengthened: requests that arrive up to this
     * much closer together than they started stay within the limit.
     */
    private static final Duration SLACK = Duration.ofMillis(125);

    /** Whether there is no limit. */
    public boolean isNone() {
        return perSecond == null && inFlight == null;
    }

    /** The time from the start of one request to the start of the next, in microseconds; 0 if there is no limit. */
    public long stepMicros() {
        long second = Duration.ofSeconds(1).plus(SLACK).toNanos() / 1_000;
        return perSecond == null ? 0 : (second + perSecond - 1) / perSecond;
    }

    /** Whether the even intervals leave no room for one more request per second. */
    public boolean isSlow() {
        return perSecond != null
                && perSecond * SLACK.toMillis()
                        < Duration.ofSeconds(1).plus(SLACK).toMillis();
    }

    /** Reports invalid limits of a draft. */
    public static void check(
            @Nullable Integer perSecond, @Nullable Integer inFlight, Map<String, List<String>> problems) {
        check(PER_SECOND, perSecond, problems);
        check(IN_FLIGHT, inFlight, problems);
    }

    private static void check(String member, @Nullable Integer limit, Map<String, List<String>> problems) {
        if (limit != null && limit != NO_LIMIT && (limit < 1 || limit > MAX_LIMIT)) {
            problems.put(
                    member,
                    List.of("Enter a whole number from 1 to " + Formats.grouped(MAX_LIMIT) + ", or leave it empty."));
        }
    }

    /** This pace with the changes of a draft. */
    public Pace with(@Nullable Integer newPerSecond, @Nullable Integer newInFlight) {
        return new Pace(changed(perSecond, newPerSecond), changed(inFlight, newInFlight));
    }

    private static @Nullable Integer changed(@Nullable Integer present, @Nullable Integer wanted) {
        return wanted == null ? present : wanted == NO_LIMIT ? null : wanted;
    }

    /** Its values for the audit log. */
    public Map<String, String> facts() {
        var facts = new LinkedHashMap<String, String>();
        if (perSecond != null) {
            facts.put(PER_SECOND, perSecond.toString());
        }
        if (inFlight != null) {
            facts.put(IN_FLIGHT, inFlight.toString());
        }
        return facts;
    }

    /** The limits for people: {@code 10 requests a second and 2 requests at a time}. */
    @Override
    public String toString() {
        return isNone()
                ? ""
                : Stream.of(
                                perSecond == null ? "" : Formats.of(perSecond, "request", "requests") + " a second",
                                inFlight == null ? "" : Formats.of(inFlight, "request", "requests") + " at a time")
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(" and "));
    }
}
