package ai.nexadesk.webhooks.event;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What became of one published event.
 *
 * @param id of the event
 * @param duplicate whether an event with this id was there already, so that nothing was done
 * @param differs whether that one has another type or other data, so that this one is lost; left out otherwise
 */
public record Accepted(
        String id,
        boolean duplicate,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean differs) {}
