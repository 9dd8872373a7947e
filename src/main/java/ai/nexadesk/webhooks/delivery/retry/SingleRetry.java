package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.delivery.Attempt;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.Formats;

import java.time.Duration;
import java.util.UUID;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.Response;

/** Retries one delivery for a person and shows the outcome, which most endpoints return quickly. */
@ApplicationScoped
class SingleRetry {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Retries retries;
    private final Flash flash;

    SingleRetry(Retries retries, Flash flash) {
        this.retries = retries;
        this.flash = flash;
    }

    /**
     * Retries a delivery and shows the outcome on the next page.
     *
     * @throws ApiException 404 if there is no such delivery
     */
    Response retry(String webhookId, String publicId, Caller caller, String next) {
        try {
            var before = retries.retry(webhookId, publicId, caller);
            return await(before.id, before.attempts, next);
        } catch (ApiException e) {
            if (e.status() != Response.Status.CONFLICT.getStatusCode()) {
                throw e;
            }
            return flash.error(next, e.getMessage());
        }
    }

    /** Waits for the attempt that follows this number of attempts, and shows its outcome. */
    Response await(UUID delivery, int attempts, String next) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            var attempt = attempt(delivery);
            if (attempt != null && attempt.number > attempts) {
                return outcome(attempt, next);
            }
            try {
                Thread.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return flash.success(next, "Retrying now.");
    }

    private Response outcome(Attempt attempt, String next) {
        var code = attempt.statusCode;
        var what = code != null
                ? Formats.withReason(code)
                : attempt.errorCode == null ? "no response" : Formats.errorName(attempt.errorCode);
        var millis = attempt.durationMs;
        var outcome = what + (millis == null ? "." : " in " + Formats.duration(millis) + ".");
        return attempt.succeeded()
                ? flash.success(next, "Delivered: " + outcome)
                : flash.error(next, "Failed again: " + outcome);
    }

    @Transactional
    @org.jspecify.annotations.Nullable
    Attempt attempt(UUID delivery) {
        return Attempt.of(delivery).stream().findFirst().orElse(null);
    }
}
