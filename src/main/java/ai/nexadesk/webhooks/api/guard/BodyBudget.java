package ai.nexadesk.webhooks.api.guard;

import java.util.concurrent.atomic.AtomicLong;

/** Limits the bytes of request bodies in memory, from the first byte until the response. */
final class BodyBudget {

    private final AtomicLong left;

    BodyBudget(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** Reserves this many bytes, or none if fewer are left. */
    boolean take(long bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        release(bytes);
        return false;
    }

    void release(long bytes) {
        left.addAndGet(bytes);
    }
}
