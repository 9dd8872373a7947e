package ai.nexadesk.webhooks.delivery.pace;

import ai.nexadesk.webhooks.webhook.pace.Pace;

/** A replica's state of a webhook with a pace. */
final class PacedLane {

    final String webhookId;
    volatile Pace pace = Pace.NONE;
    private int waiting;
    private boolean isFull;
    private boolean isClaiming;
    private boolean again;
    private long quietUntil = System.nanoTime();

    PacedLane(String webhookId) {
        this.webhookId = webhookId;
    }

    /** Whether to begin to claim at this moment; if somebody does already, they will do so once more. */
    synchronized boolean begins(long now) {
        if (isFull && !isClaiming || now - quietUntil < 0) {
            return false;
        }
        again = isClaiming;
        isClaiming = true;
        return !again;
    }

    /** Whether to claim once more at this moment; if not, claiming has ended. */
    synchronized boolean goesOn(long now) {
        isClaiming = again && now - quietUntil >= 0;
        again = false;
        return isClaiming;
    }

    /** There are no turns before this moment. */
    synchronized void rests(long until) {
        quietUntil = until;
    }

    /** No more may be in flight until one has ended. */
    synchronized void full(boolean isSo) {
        isFull = isSo;
    }

    /** How many deliveries wait for a turn that they have. */
    synchronized int waiting() {
        return waiting;
    }

    synchronized void waits(int more) {
        waiting += more;
    }
}
