package ai.nexadesk.webhooks.webhook.condition;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * Selects which subscribed events a webhook receives.
 *
 * @param conditions the conditions that an event must meet
 * @param ignoreActors the IDs of API keys whose events the webhook does not receive
 */
public record EventFilter(
        Conditions conditions,
        @JsonProperty("ignore_actors") List<String> ignoreActors) {

    /** A filter that matches every event. */
    public static final EventFilter NONE = new EventFilter(Conditions.NONE, List.of());

    private static final JsonMapper JSON = new JsonMapper();
    private static final String API_KEY = "api_key:";

    /** Parses a stored filter; null matches every event. */
    public static EventFilter parse(@Nullable String stored) {
        try {
            return stored == null ? NONE : JSON.readValue(stored, EventFilter.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The stored conditions of a webhook cannot be read", e);
        }
    }

    /** The filter as stored; null if it matches every event. */
    public @Nullable String stored() {
        try {
            return conditions.isEmpty() && ignoreActors.isEmpty() ? null : JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** This filter with these changes; null keeps a value. */
    public EventFilter with(@Nullable Conditions newConditions, @Nullable List<String> newActors) {
        return new EventFilter(
                newConditions == null ? conditions : newConditions, newActors == null ? ignoreActors : newActors);
    }

    /** Why an event does not match, in words: {@code pipeline_stage is new}; empty if it matches. */
    public Optional<String> refusal(EventFacts event) {
        var actor = event.actor();
        if (actor != null && actor.startsWith(API_KEY) && ignoreActors.contains(actor.substring(API_KEY.length()))) {
            return Optional.of("caused by the API key " + actor.substring(API_KEY.length()));
        }
        return conditions.unmet(event);
    }
}
