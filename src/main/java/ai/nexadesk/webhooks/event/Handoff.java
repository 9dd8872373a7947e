package ai.nexadesk.webhooks.event;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Accepts the deliveries of events that were just stored, so that their first attempts need no polling. The delivery
 * package implements it.
 */
public interface Handoff {

    /**
     * How to lease new deliveries when storing them.
     *
     * @param owner the replica to lease them to; null to leave them to any replica
     * @param full webhooks whose queue in memory is full; their deliveries are stored without a lease
     * @param busy webhooks with a long queue; their deliveries are stored as not begun
     */
    record Terms(@Nullable UUID owner, Set<String> full, Set<String> busy) {

        /** These terms for a delivery that is attempted immediately. */
        Terms atOnce() {
            return new Terms(owner, Set.of(), Set.of());
        }
    }

    /** Begins to store events. */
    Intake open();

    /**
     * Open from before events are stored until this replica has received all their leased deliveries. While it is open,
     * their leases do not count as forgotten.
     */
    interface Intake extends AutoCloseable {

        /** How to lease deliveries. */
        Terms terms();

        /**
         * Attempts these deliveries as soon as possible; called after they were committed.
         *
         * @param unleased webhooks with deliveries that were stored without a lease
         */
        void accept(List<FirstDelivery> deliveries, Set<String> unleased);

        @Override
        void close();
    }
}
