package ai.nexadesk.webhooks.webhook;

/** Tells the admins of a workspace what we did to a webhook of theirs. The delivery package does it. */
public interface Notices {

    /** That it was disabled, because nothing could be delivered to it; noted in the present transaction. */
    void disabled(String webhookId);
}
