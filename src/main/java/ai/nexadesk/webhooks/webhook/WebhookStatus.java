package ai.nexadesk.webhooks.webhook;

import jakarta.persistence.EnumeratedValue;

/** Whether a webhook receives events. */
public enum WebhookStatus {
    /** Saved, but its endpoint has not answered a ping with 200 yet; receives no events. */
    UNVERIFIED("unverified"),

    /** Receives the events that it is subscribed to. */
    ACTIVE("active"),

    /** Disabled by a person or by NexaDesk; receives no events. */
    DISABLED("disabled");

    @EnumeratedValue
    final String value;

    WebhookStatus(String value) {
        this.value = value;
    }

    /** Its lowercase name in the REST API. */
    public String value() {
        return value;
    }
}
