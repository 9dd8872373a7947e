package ai.nexadesk.webhooks.webhook;

/** Asks an endpoint whether it is there. The delivery package does it, for pings are deliveries like all others. */
public interface Pings {

    /**
     * Sends a signed ping to the webhook's present URL and waits for the outcome; must not be called in a transaction.
     *
     * @return how it ended; a ping that failed is no exception
     */
    LastPing send(Webhook webhook);

    /** The same with a ping all of whose signatures are wrong. */
    LastPing sendForged(Webhook webhook);
}
