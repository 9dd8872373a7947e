package ai.nexadesk.webhooks.delivery.log;

/**
 * A delivery that was started by a test or a retry.
 *
 * @param deliveryId {@code dlv_…}
 * @param id the same, under the former name used by retries
 */
public record StartedDelivery(String deliveryId, String id) {

    /** The delivery with this id. */
    public static StartedDelivery of(String id) {
        return new StartedDelivery(id, id);
    }
}
