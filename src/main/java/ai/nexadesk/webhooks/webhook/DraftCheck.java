package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.catalog.Subscription;
import ai.nexadesk.webhooks.outbound.address.InvalidUrlException;
import ai.nexadesk.webhooks.webhook.condition.ConditionCheck;
import ai.nexadesk.webhooks.webhook.header.RequestHeaders;
import ai.nexadesk.webhooks.webhook.pace.Pace;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jakarta.inject.Singleton;

/** Validates the settings of a webhook and reports all problems at once. */
@Singleton
class DraftCheck {

    private static final int MAX_EVENTS = 100;
    private static final int MAX_DESCRIPTION = 200;
    private static final int MAX_SECONDS = 300;

    private final Endpoints endpoints;

    DraftCheck(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    /**
     * The draft in canonical form.
     *
     * @param isNew whether it is for a new webhook, which needs every member without a default
     * @throws ApiException 400 with the problems of each member
     */
    WebhookDraft check(WebhookDraft draft, boolean isNew) {
        var problems = new LinkedHashMap<String, List<String>>();
        String url = null;
        if (draft.url != null && !draft.url.isBlank()) {
            try {
                url = endpoints.check(draft.url).toString();
            } catch (InvalidUrlException e) {
                problems.put("url", List.of(e.getMessage()));
            }
        } else if (isNew || draft.url != null) {
            problems.put("url", List.of("Enter the URL of your endpoint."));
        }
        var events = checkEvents(draft.events, isNew, problems);
        var description = draft.description == null ? null : draft.description.strip();
        if (description != null && description.length() > MAX_DESCRIPTION) {
            problems.put("description", List.of("Use at most " + MAX_DESCRIPTION + " characters."));
        } else if (description != null && !isLine(description)) {
            problems.put("description", List.of("Use one line of plain text."));
        }
        if (draft.headers != null) {
            var wrong = RequestHeaders.problems(draft.headers);
            if (!wrong.isEmpty()) {
                problems.put("headers", wrong);
            }
        }
        var filter = new ConditionCheck(problems);
        var conditions = filter.check(draft.conditions);
        var ignoreActors = filter.actors(draft.ignoreActors);
        if (draft.coalesceSeconds != null && (draft.coalesceSeconds < 0 || draft.coalesceSeconds > MAX_SECONDS)) {
            problems.put(
                    "coalesce_seconds", List.of("Use 1 to " + MAX_SECONDS + " seconds, or 0 to send every update."));
        }
        Pace.check(draft.maxPerSecond, draft.maxInFlight, problems);
        if (!problems.isEmpty()) {
            throw ApiException.badRequest(
                    "validation_failed", problems.values().iterator().next().get(0), problems);
        }
        var checked = new WebhookDraft();
        checked.url = url;
        checked.events = events;
        checked.description = description;
        checked.conditions = conditions;
        checked.ignoreActors = ignoreActors;
        checked.ordered = draft.ordered;
        checked.coalesceSeconds = draft.coalesceSeconds;
        checked.enabled = draft.enabled;
        checked.headers = draft.headers;
        checked.maxPerSecond = draft.maxPerSecond;
        checked.maxInFlight = draft.maxInFlight;
        checked.verificationWarningDismissed = draft.verificationWarningDismissed;
        return checked;
    }

    /**
     * Whether this is a single line of valid text. An unpaired surrogate is not valid: it would be stored as a question
     * mark.
     */
    private static boolean isLine(String text) {
        return text.codePoints()
                .noneMatch(point -> Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE);
    }

    private static @Nullable List<String> checkEvents(
            @Nullable List<String> events, boolean isNew, Map<String, List<String>> problems) {
        if (events == null || events.isEmpty()) {
            if (isNew || events != null) {
                problems.put("events", List.of("Select at least one event."));
            }
            return null;
        }
        if (events.size() > MAX_EVENTS) {
            problems.put("events", List.of("List at most " + MAX_EVENTS + " event types and patterns."));
            return null;
        }
        var unknown = new ArrayList<String>();
        for (var type : events) {
            if (type == null || !Subscription.isKnown(type)) {
                unknown.add(Subscription.unknown(String.valueOf(type)));
            }
        }
        if (!unknown.isEmpty()) {
            problems.put("events", unknown);
        }
        return Subscription.canonical(events);
    }
}
