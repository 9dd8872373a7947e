package ai.nexadesk.webhooks.webhook;

/** Updates unfinished deliveries when a webhook changes. A port, implemented by the delivery package. */
public interface Deliveries {

    /** Cancels all pending deliveries, in the present transaction. */
    void cancelAll(Webhook webhook);

    /** Fails all pending deliveries, in the present transaction. */
    void failAll(Webhook webhook);

    /** Holds all deliveries until {@link #resume}, in the present transaction. */
    void hold(Webhook webhook);

    /** Applies the webhook's setting for order to pending deliveries, in the present transaction. */
    void order(Webhook webhook);

    /** Resumes held deliveries, in the present transaction. */
    void resume(Webhook webhook);
}
