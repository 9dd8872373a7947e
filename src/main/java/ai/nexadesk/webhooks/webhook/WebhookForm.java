package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.access.audit.Change;
import ai.nexadesk.webhooks.webhook.condition.FilterForm;
import ai.nexadesk.webhooks.webhook.header.HeaderFields;
import ai.nexadesk.webhooks.webhook.pace.PaceFields;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;

/** The webhook form, shown again if it has errors. */
public class WebhookForm {

    private static final String SEPARATOR = ", ";

    /** Identifies a form for a new webhook, so that sending it twice creates one. */
    @FormParam("token")
    @DefaultValue("")
    public String token = "";

    /** The endpoint. */
    @FormParam("url")
    @DefaultValue("")
    public String url = "";

    /** The description. */
    @FormParam("description")
    @DefaultValue("")
    public String description = "";

    /** The selected event types. */
    @FormParam("events")
    public List<String> events = List.of();

    /** The filter of events. */
    @BeanParam
    public FilterForm filter = new FilterForm();

    /** Whether deliveries of one record wait for each other. */
    @FormParam("ordered")
    public boolean ordered;

    /** For how many seconds updates of a record are merged; empty to not merge them. */
    @FormParam("coalesce_seconds")
    @DefaultValue("")
    public String seconds = "";

    /** The action: {@code try} the conditions, {@code add} some, or otherwise save. */
    @FormParam("action")
    @DefaultValue("")
    public String action = "";

    /** The endpoint when the form was opened; null in a form for a new webhook. */
    @FormParam("original_url")
    public @Nullable String originalUrl;

    /** The description when the form was opened. */
    @FormParam("original_description")
    public @Nullable String originalDescription;

    /** The event types when the form was opened, separated by commas. */
    @FormParam("original_events")
    public @Nullable String originalEvents;

    /** The order setting when the form was opened. */
    @FormParam("original_ordered")
    public boolean originalOrdered;

    /** The merging setting when the form was opened. */
    @FormParam("original_coalesce_seconds")
    @DefaultValue("")
    public String originalSeconds = "";

    /** The request headers. */
    @BeanParam
    public HeaderFields headers = new HeaderFields();

    /** The limits on requests. */
    @BeanParam
    public PaceFields pace = new PaceFields();

    static WebhookForm of(Webhook webhook) {
        var form = new WebhookForm();
        form.url = webhook.url;
        form.description = webhook.description;
        form.events = webhook.events;
        form.ordered = webhook.ordered;
        form.seconds = seconds(webhook);
        form.pace.show(webhook.pace());
        form.headers = HeaderFields.of(webhook.headerNames);
        form.filter.show(webhook.filter());
        form.remember(webhook);
        return form;
    }

    private void remember(Webhook webhook) {
        originalUrl = webhook.url;
        originalDescription = webhook.description;
        originalEvents = String.join(SEPARATOR, webhook.events);
        originalOrdered = webhook.ordered;
        originalSeconds = seconds(webhook);
    }

    /** What somebody else has changed since the form was opened. */
    List<Change> changedMeanwhile(Webhook present) {
        if (originalUrl == null || originalDescription == null || originalEvents == null) {
            return List.of();
        }
        var changes = new ArrayList<>(
                Change.between(facts(originalUrl, originalDescription, originalEvents), facts(present)));
        if (present.ordered != originalOrdered) {
            changes.add(new Change("Delivery in order", "", present.ordered ? "on" : "off"));
        }
        if (!originalSeconds.equals(seconds(present))) {
            changes.add(new Change("Seconds to merge updates", originalSeconds, seconds(present)));
        }
        if (filter.isOutdated(present.filter())) {
            changes.add(
                    new Change("Conditions", "", present.filter().conditions().toString()));
        }
        if (pace.isOutdated(present.pace())) {
            changes.add(new Change("Pace", "", present.pace().toString()));
        }
        return changes;
    }

    /** Applies changes by others, but keeps what was typed. */
    void takeOver(Webhook present) {
        if (url.strip().equals(originalUrl)) {
            url = present.url;
        }
        if (description.equals(originalDescription)) {
            description = present.description;
        }
        if (String.join(SEPARATOR, events).equals(originalEvents)) {
            events = present.events;
        }
        if (ordered == originalOrdered) {
            ordered = present.ordered;
        }
        if (seconds.equals(originalSeconds)) {
            seconds = seconds(present);
        }
        filter.takeOver(present.filter());
        pace.takeOver(present.pace());
        remember(present);
    }

    private static String seconds(Webhook webhook) {
        return webhook.coalesceSeconds == null ? "" : webhook.coalesceSeconds.toString();
    }

    /** Parses a number. Other text is treated like a number that is too small. */
    private static int number(String text) {
        return text.isEmpty() ? 0 : text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
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

    /** The changes to save: only the values that were changed in the form. */
    WebhookDraft draft() {
        var draft = new WebhookDraft();
        draft.url = url.strip().equals(originalUrl) ? null : url.strip();
        draft.events = String.join(SEPARATOR, events).equals(originalEvents) ? null : events;
        draft.description = description.equals(originalDescription) ? null : description;
        draft.conditions = filter.changedConditions();
        draft.ignoreActors = filter.changedActors();
        draft.ordered = ordered == originalOrdered ? null : ordered;
        draft.coalesceSeconds = seconds.strip().equals(originalSeconds) ? null : number(seconds.strip());
        draft.headers = headers.changes();
        draft.maxPerSecond = pace.draftPerSecond();
        draft.maxInFlight = pace.draftInFlight();
        return draft;
    }
}
