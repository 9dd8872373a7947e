package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.outbound.ErrorCode;
import ai.nexadesk.webhooks.outbound.Header;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;

/** One HTTP request of a delivery and its response. Written only by the engine's SQL statements. */
@Entity
@Immutable
@IdClass(Attempt.Key.class)
public class Attempt extends PanacheEntityBase {

    /**
     * The key of an attempt.
     *
     * @param deliveryId the delivery
     * @param number the number of the attempt, from 1
     */
    public record Key(UUID deliveryId, int number) implements Serializable {}

    @Id
    UUID deliveryId;

    /** Counts the attempts of the delivery, from 1. */
    @Id
    public int number;

    /** Why it was made. */
    @Enumerated(EnumType.STRING)
    public Trigger trigger;

    /** When it began. */
    public Instant startedAt;

    /** How long it took, in milliseconds; null if it was interrupted. */
    public @Nullable Integer durationMs;

    /** How long the host's name took to resolve, in milliseconds; null if it did not. */
    public @Nullable Integer dnsMs;

    /**
     * How long connecting took after that, TLS included; null if connecting failed, or an open connection was reused.
     */
    public @Nullable Integer connectMs;

    /** The part of {@link #connectMs} spent on TLS; null if there was none. */
    public @Nullable Integer tlsMs;

    /** How long the endpoint then took to start its response, in milliseconds; null if there was none. */
    public @Nullable Integer firstByteMs;

    /** The response's status code; null if there was none. */
    public @Nullable Integer statusCode;

    /** Why it failed; null if it did not. */
    public @Nullable String errorCode;

    /** The reason for the failure as a sentence for people; null if it did not fail. */
    public @Nullable String errorMessage;

    /** The URL that it was sent to. */
    public String url;

    String requestHeaders;

    @Nullable
    String responseHeaders;

    byte @Nullable [] responseBody;

    /** Whether the response was longer than the part that is kept. */
    public boolean truncated;

    /** For Hibernate. */
    public Attempt() {}

    /** Whether the endpoint accepted the request. */
    public boolean succeeded() {
        return errorCode == null;
    }

    /** Whether the endpoint responded. */
    public boolean isAnswered() {
        return statusCode != null;
    }

    /** Whether the URL uses HTTPS. */
    public boolean isSecure() {
        return url.startsWith("https:");
    }

    /** Whether the response came over a connection kept open since an earlier attempt. */
    public boolean isOnKeptConnection() {
        return connectMs == null && firstByteMs != null;
    }

    /** How long connecting took without TLS, in milliseconds; null if unknown. */
    public @Nullable Integer reachedMs() {
        return connectMs == null || tlsMs == null ? null : connectMs - tlsMs;
    }

    /** The request's headers, in order. */
    public List<Header> requestHeaders() {
        return HeaderJson.read(requestHeaders);
    }

    /** The response's headers, in order. */
    public List<Header> responseHeaders() {
        return HeaderJson.read(responseHeaders);
    }

    /** The answer's body; empty if there was none. */
    public ResponseBody response() {
        return ResponseBody.of(responseBody == null ? new byte[0] : responseBody, responseHeaders());
    }

    /** All attempts of a delivery, newest first. */
    public static List<Attempt> of(UUID deliveryId) {
        return list("deliveryId = ?1 order by number desc", deliveryId);
    }

    /** All attempts of each of these deliveries, newest first. */
    public static Map<UUID, List<Attempt>> ofAll(List<UUID> deliveryIds) {
        return Attempt.<Attempt>stream("deliveryId in ?1 order by number desc", deliveryIds)
                .collect(Collectors.groupingBy(attempt -> attempt.deliveryId));
    }

    /** Whether it uses up one of the schedule's attempts: it is automatic, and was not interrupted by a crash. */
    public boolean countsTowardSchedule() {
        return trigger == Trigger.AUTOMATIC && !ErrorCode.INTERRUPTED.value().equals(errorCode);
    }
}
