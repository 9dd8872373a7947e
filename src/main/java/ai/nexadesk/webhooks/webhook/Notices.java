package ai.nexadesk.webhooks.webhook;

/** Notifies the admins of a workspace about a webhook. A port, implemented by the delivery package. */
public interface Notices {

    /** Adds a notice that a webhook was disabled because no delivery succeeded, in the present transaction. */
    void disabled(String webhookId);
}
