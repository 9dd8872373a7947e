package ai.nexadesk.webhooks.event;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The result for one published event.
 *
 * @param id of the event
 * @param duplicate whether an event with this ID existed, so that nothing was stored
 * @param differs true if the existing event has another type or other data, so that this one is lost; omitted otherwise
 */
public record Accepted(
        String id,
        boolean duplicate,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean differs) {}
