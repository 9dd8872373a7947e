package ai.nexadesk.webhooks.event;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Takes the deliveries of events that were just stored, so that their first attempts need no poll. The delivery package does
 * it.
 */
public interface Handoff {

    /**
     * How new deliveries are to be leased as they are stored.
     *
     * @param owner the replica that they are leased to; null while it takes none: they are then stored for whoever is free
     * @param full webhooks whose queue in memory is full: their deliveries are stored without a lease and wait in the database
     * @param busy webhooks with so much waiting that a delivery does not begin at once: it is stored as one that has not begun
     */
    record Terms(@Nullable UUID owner, Set<String> full, Set<String> busy) {

        /** These terms for a delivery that is attempted at once, whatever waits. */
        Terms atOnce() {
            return new Terms(owner, Set.of(), Set.of());
        }
    }

    /** Begins to store events. */
    Intake open();

    /**
     * From before events are stored until all their deliveries that are leased to this replica are in its hands. Until it is closed,
     * nothing that it may have stored counts as leased and forgotten.
     */
    interface Intake extends AutoCloseable {

        /** How deliveries are to be leased. */
        Terms terms();

        /**
         * Attempts these deliveries as soon as possible; called after they were committed.
         *
         * @param left the webhooks with deliveries that were left in the database
         */
        void accept(List<FirstDelivery> deliveries, Set<String> left);

        @Override
        void close();
    }
}
