package ai.nexadesk.webhooks.event;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Takes the deliveries of events that were just stored, so that their first attempts need no poll. The delivery package does
 * it.
 */
public interface Dispatch {

    /**
     * The replica that new deliveries are leased to as they are stored.
     *
     * @return null while this replica takes none: they are then stored for whoever is free
     */
    @Nullable
    UUID owner();

    /** The webhooks whose lane is full: their deliveries are stored without a lease and wait in the database. */
    Collection<String> fullLanes();

    /**
     * Attempts these deliveries as soon as possible; called after they were committed.
     *
     * @param owner the replica that they were leased to
     */
    void accept(UUID owner, List<FirstDelivery> deliveries);
}
