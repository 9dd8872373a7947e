package ai.nexadesk.webhooks.webhook;

import java.util.List;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;

/** What people typed into the form of a webhook; it comes back to them when it is not good enough. */
public class WebhookForm {

    /** The endpoint. */
    @FormParam("url")
    @DefaultValue("")
    public String url = "";

    /** What to tell the webhook by. */
    @FormParam("description")
    @DefaultValue("")
    public String description = "";

    /** The event types that are ticked. */
    @FormParam("events")
    public List<String> events = List.of();

    static WebhookForm of(Webhook webhook) {
        var form = new WebhookForm();
        form.url = webhook.url;
        form.description = webhook.description;
        form.events = webhook.events;
        return form;
    }

    WebhookDraft draft() {
        return new WebhookDraft(url.strip(), events, description, null);
    }
}
