package ai.nexadesk.webhooks.webhook;

/** Updates unfinished deliveries when a webhook changes. A port, implemented by the delivery package. */
public interface Deliveries {

    /** Cancels all pending deliveries, in the current transaction. */
    void cancelAll(Webhook webhook);

    /** Fails all pending deliveries, in the current transaction. */
    void failAll(Webhook webhook);

    /** Holds all deliveries until {@link #resume}, in the current transaction. */
    void hold(Webhook webhook);

    /** Applies the webhook's order setting to pending deliveries, in the current transaction. */
    void order(Webhook webhook);

    /** Resumes held deliveries, in the current transaction. */
    void resume(Webhook webhook);
}
