package ai.nexadesk.webhooks.webhook;

/** Pings endpoints. A port, implemented by the delivery package, because pings are deliveries. */
public interface Pings {

    /**
     * Sends a signed ping to the webhook's current URL and waits for the outcome; must not be called in a transaction.
     *
     * @return the outcome; a failed ping does not throw
     */
    LastPing send(Webhook webhook);

    /** Sends a ping with all signatures wrong and waits for the outcome. */
    LastPing sendForged(Webhook webhook);
}
