package ai.nexadesk.webhooks.delivery.pace;

import ai.nexadesk.webhooks.webhook.pace.Pace;

/** This replica's state of a webhook with a pace. */
final class PacedWebhook {

    final String webhookId;
    volatile Pace pace = Pace.NONE;
    private int waiting;
    private boolean isFull;
    private boolean isClaiming;
    private boolean again;
    private long nextClaimAt = System.nanoTime();

    PacedWebhook(String webhookId) {
        this.webhookId = webhookId;
    }

    /** Whether to start claiming now. If another thread is claiming, it will claim once more. */
    synchronized boolean tryStartClaim(long now) {
        if (isFull && !isClaiming || now - nextClaimAt < 0) {
            return false;
        }
        again = isClaiming;
        isClaiming = true;
        return !again;
    }

    /** Whether to claim once more now; if not, claiming has ended. */
    synchronized boolean continueClaim(long now) {
        isClaiming = again && now - nextClaimAt >= 0;
        again = false;
        return isClaiming;
    }

    /** Sets the moment of the next turn. */
    synchronized void nextTurnAt(long until) {
        nextClaimAt = until;
    }

    /** Sets whether the limit on requests in flight is reached. */
    synchronized void setFull(boolean isSo) {
        isFull = isSo;
    }

    /** How many claimed deliveries wait for their turn. */
    synchronized int waiting() {
        return waiting;
    }

    synchronized void addWaiting(int more) {
        waiting += more;
    }
}
