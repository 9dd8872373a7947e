package ai.nexadesk.webhooks.delivery.log;

/**
 * A delivery that was put on its way: what a test and a retry answer.
 *
 * @param deliveryId {@code dlv_…}
 * @param id the same, by the name that a retry had for it at first
 */
public record StartedDelivery(String deliveryId, String id) {

    /** The delivery with this id. */
    public static StartedDelivery of(String id) {
        return new StartedDelivery(id, id);
    }
}
