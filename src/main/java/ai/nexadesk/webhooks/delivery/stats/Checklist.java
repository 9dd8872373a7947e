package ai.nexadesk.webhooks.delivery.stats;

import org.jspecify.annotations.Nullable;

/**
 * The first steps of a new webhook, until its first real event is delivered or the list is dismissed.
 *
 * @param pinged whether the endpoint answered a ping
 * @param secretSeen whether the signing secret was revealed
 * @param verifies whether the endpoint rejected a wrongly signed ping; null if unknown
 * @param tested whether a test event was sent
 */
record Checklist(
        boolean pinged, boolean secretSeen, @Nullable Boolean verifies, boolean tested) {

    /** Whether the endpoint rejects wrong signatures. */
    public boolean isVerifying() {
        return Boolean.TRUE.equals(verifies);
    }

    /** Whether the endpoint accepts forged requests. */
    public boolean isForgeable() {
        return Boolean.FALSE.equals(verifies);
    }
}
