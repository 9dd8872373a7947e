package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.access.audit.Change;
import ai.nexadesk.webhooks.webhook.header.HeaderFields;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;

/** What people typed into the form of a webhook; it comes back to them when it is not good enough. */
public class WebhookForm {

    private static final String SEPARATOR = ", ";

    /** Marks a form for a new webhook, so that sending it twice creates one. */
    @FormParam("token")
    @DefaultValue("")
    public String token = "";

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

    /** The endpoint when the form was opened; null in a form for a new webhook. */
    @FormParam("was_url")
    public @Nullable String wasUrl;

    /** The description when the form was opened. */
    @FormParam("was_description")
    public @Nullable String wasDescription;

    /** The event types when the form was opened, separated by commas. */
    @FormParam("was_events")
    public @Nullable String wasEvents;

    /** The request headers. */
    @BeanParam
    public HeaderFields headers = new HeaderFields();

    static WebhookForm of(Webhook webhook) {
        var form = new WebhookForm();
        form.url = webhook.url;
        form.description = webhook.description;
        form.events = webhook.events;
        form.headers = HeaderFields.of(webhook.headerNames);
        form.remember(webhook);
        return form;
    }

    private void remember(Webhook webhook) {
        wasUrl = webhook.url;
        wasDescription = webhook.description;
        wasEvents = String.join(SEPARATOR, webhook.events);
    }

    /** What somebody else has changed since the form was opened. */
    List<Change> changedMeanwhile(Webhook present) {
        return wasUrl == null || wasDescription == null || wasEvents == null
                ? List.of()
                : Change.between(facts(wasUrl, wasDescription, wasEvents), facts(present));
    }

    /** Takes over what somebody else has changed, but keeps what was typed. */
    void takeOver(Webhook present) {
        if (url.strip().equals(wasUrl)) {
            url = present.url;
        }
        if (description.equals(wasDescription)) {
            description = present.description;
        }
        if (String.join(SEPARATOR, events).equals(wasEvents)) {
            events = present.events;
        }
        remember(present);
    }

    private static Map<String, String> facts(Webhook webhook) {
        return facts(webhook.url, webhook.description, String.join(SEPARATOR, webhook.events));
    }

    private static Map<String, String> facts(String url, String description, String events) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("Endpoint URL", url);
        facts.put("Description", description);
        facts.put("Events", events);
        return facts;
    }

    /** What is to be saved: only what was changed in the form. */
    WebhookDraft draft() {
        return new WebhookDraft(
                url.strip().equals(wasUrl) ? null : url.strip(),
                String.join(SEPARATOR, events).equals(wasEvents) ? null : events,
                description.equals(wasDescription) ? null : description,
                null,
                headers.changes(),
                null);
    }
}
