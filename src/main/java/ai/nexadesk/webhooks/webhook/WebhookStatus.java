package ai.nexadesk.webhooks.webhook;

import jakarta.persistence.EnumeratedValue;

/** Whether a webhook gets events. */
public enum WebhookStatus {
    /** Saved, but its endpoint has not answered a ping with 200 yet; gets no events. */
    UNVERIFIED("unverified"),

    /** Gets the events that it subscribed to. */
    ACTIVE("active"),

    /** Switched off by a person or by us; gets no events. */
    DISABLED("disabled");

    @EnumeratedValue
    final String word;

    WebhookStatus(String word) {
        this.word = word;
    }

    /** Its lowercase name in the REST API. */
    public String word() {
        return word;
    }
}
