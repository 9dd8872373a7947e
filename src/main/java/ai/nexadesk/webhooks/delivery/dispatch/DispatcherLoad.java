package ai.nexadesk.webhooks.delivery.dispatch;

/**
 * How busy this replica is.
 *
 * @param lanes webhooks with something waiting or in flight
 * @param behind those of them that stand behind the others
 * @param waiting deliveries that wait in memory
 * @param inFlight requests in flight
 * @param unrecorded attempts that have ended and are not recorded yet
 */
public record DispatcherLoad(int lanes, int behind, int waiting, int inFlight, int unrecorded) {}
