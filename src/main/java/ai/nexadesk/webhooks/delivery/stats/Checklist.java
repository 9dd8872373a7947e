package ai.nexadesk.webhooks.delivery.stats;

import org.jspecify.annotations.Nullable;

/**
 * What is left to do for a new webhook, until its first event of the customer's own was delivered or somebody dismisses the list.
 *
 * @param pinged whether the endpoint answered a ping
 * @param secretSeen whether somebody has revealed the signing secret
 * @param verifies whether the endpoint refused a wrongly signed ping; null if that was not seen yet
 * @param tested whether a test event was sent
 */
record Checklist(
        boolean pinged, boolean secretSeen, @Nullable Boolean verifies, boolean tested) {

    /** Whether the endpoint refuses what is not signed rightly. */
    public boolean isVerifying() {
        return Boolean.TRUE.equals(verifies);
    }

    /** Whether it takes anything for an event. */
    public boolean isForgeable() {
        return Boolean.FALSE.equals(verifies);
    }
}
