package ai.nexadesk.webhooks.event;

/**
 * What became of one published event.
 *
 * @param id of the event
 * @param duplicate whether an event with this id was there already, so that nothing was done
 */
public record Accepted(String id, boolean duplicate) {}
