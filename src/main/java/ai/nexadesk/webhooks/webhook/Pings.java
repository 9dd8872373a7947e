package ai.nexadesk.webhooks.webhook;

/** Pings endpoints. A port, implemented by the delivery package, because pings are deliveries. */
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
