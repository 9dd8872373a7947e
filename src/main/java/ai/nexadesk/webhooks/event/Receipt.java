package ai.nexadesk.webhooks.event;

import java.util.List;

/**
 * The response to a publisher.
 *
 * @param accepted how many events are new
 * @param duplicates how many events were duplicates
 * @param events one entry per event, in the order of publication
 */
public record Receipt(long accepted, long duplicates, List<Accepted> events) {

    /** The receipt for these events. */
    public static Receipt of(List<Accepted> events) {
        long duplicates = events.stream().filter(Accepted::duplicate).count();
        return new Receipt(events.size() - duplicates, duplicates, events);
    }
}
