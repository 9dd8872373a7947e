package ai.nexadesk.webhooks.api.guard;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of bodies may be in memory at the same time, from the first that comes until the request is answered. */
final class BodyBudget {

    private final AtomicLong left;

    BodyBudget(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** Takes so many bytes, or none if there are not so many. */
    boolean take(long bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        giveBack(bytes);
        return false;
    }

    void giveBack(long bytes) {
        left.addAndGet(bytes);
    }
}
