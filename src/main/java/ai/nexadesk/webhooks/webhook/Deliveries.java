package ai.nexadesk.webhooks.webhook;

/** What happens to a webhook's unfinished deliveries when the webhook changes. The delivery package does it. */
public interface Deliveries {

    /** Ends all that wait as cancelled; in the present transaction. */
    void cancelAll(Webhook webhook);

    /** Ends all that wait as failed; in the present transaction. */
    void failAll(Webhook webhook);

    /** Lets nothing out until {@link #resume}; in the present transaction. */
    void hold(Webhook webhook);

    /** Has those of one record wait for each other, or no longer, as the webhook says now; in the present transaction. */
    void order(Webhook webhook);

    /** Goes on with what was held; in the present transaction. */
    void resume(Webhook webhook);
}
