package ai.nexadesk.webhooks.delivery.log;

/**
 * A delivery started by a test or a retry.
 *
 * @param deliveryId {@code dlv_…}
 * @param id the same ID, under a name that retries used formerly
 */
public record StartedDelivery(String deliveryId, String id) {

    /** The delivery with this ID. */
    public static StartedDelivery of(String id) {
        return new StartedDelivery(id, id);
    }
}
