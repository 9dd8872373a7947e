package ai.nexadesk.webhooks.delivery.dispatch;

/**
 * How busy this replica is.
 *
 * @param lanes webhooks with deliveries waiting or in flight
 * @param behind the ones among them with low priority, because their endpoint is slow or failing
 * @param waiting deliveries waiting in memory
 * @param inFlight requests in flight
 * @param unrecorded finished attempts that are not recorded yet
 */
public record DispatcherLoad(int lanes, int behind, int waiting, int inFlight, int unrecorded) {}
