package ai.nexadesk.webhooks.delivery.dispatch;

/**
 * How busy this replica is.
 *
 * @param queues webhooks with deliveries waiting or in flight
 * @param slow of these, webhooks with low priority because their endpoint is slow or failing
 * @param waiting deliveries waiting in memory
 * @param inFlight requests in flight
 * @param unrecorded finished attempts that are not recorded yet
 */
public record DispatcherLoad(int queues, int slow, int waiting, int inFlight, int unrecorded) {}
