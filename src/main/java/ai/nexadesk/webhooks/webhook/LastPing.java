package ai.nexadesk.webhooks.webhook;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/**
 * How the newest ping of a webhook ended.
 *
 * @param at when it was sent
 * @param ok whether it was answered with exactly 200
 * @param statusCode what the endpoint answered; null if it did not
 * @param durationMs how long the answer took, in milliseconds
 * @param errorCode why it failed, one of the attempts' error codes; null if it did not
 * @param message the outcome in a sentence for people
 */
@Embeddable
public record LastPing(
        @Column(name = "ping_at") Instant at,
        @Column(name = "ping_ok") boolean ok,
        @Column(name = "ping_status") @Nullable Integer statusCode,
        @Column(name = "ping_duration") long durationMs,
        @Column(name = "ping_error") @Nullable String errorCode,
        @Column(name = "ping_message") String message) {}
