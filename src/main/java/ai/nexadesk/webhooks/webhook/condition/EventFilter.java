package ai.nexadesk.webhooks.webhook.condition;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * What a webhook leaves out of the events that it subscribed to.
 *
 * @param conditions what an event must meet
 * @param ignoreActors API keys whose events it does not get, by their ids
 */
public record EventFilter(
        Conditions conditions,
        @JsonProperty("ignore_actors") List<String> ignoreActors) {

    /** Leaves nothing out. */
    public static final EventFilter NONE = new EventFilter(Conditions.NONE, List.of());

    private static final JsonMapper JSON = new JsonMapper();
    private static final String API_KEY = "api_key:";

    /** As it is stored; null leaves nothing out. */
    public static EventFilter parse(@Nullable String stored) {
        try {
            return stored == null ? NONE : JSON.readValue(stored, EventFilter.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The stored conditions of a webhook cannot be read", e);
        }
    }

    /** As it is stored; null if it leaves nothing out. */
    public @Nullable String stored() {
        try {
            return conditions.isEmpty() && ignoreActors.isEmpty() ? null : JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same with what is given; null stays as it is. */
    public EventFilter with(@Nullable Conditions newConditions, @Nullable List<String> newActors) {
        return new EventFilter(
                newConditions == null ? conditions : newConditions, newActors == null ? ignoreActors : newActors);
    }

    /** Why it keeps an event back, in words: {@code pipeline_stage is new}; empty if it lets it through. */
    public Optional<String> refusal(EventFacts event) {
        var actor = event.actor();
        if (actor != null && actor.startsWith(API_KEY) && ignoreActors.contains(actor.substring(API_KEY.length()))) {
            return Optional.of("caused by the API key " + actor.substring(API_KEY.length()));
        }
        return conditions.unmet(event);
    }
}
