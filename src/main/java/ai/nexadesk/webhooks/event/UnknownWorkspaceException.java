package ai.nexadesk.webhooks.event;

import java.util.List;
import java.util.function.IntFunction;

/** Thrown if events name workspaces that do not exist. */
public final class UnknownWorkspaceException extends RuntimeException {

    /** The error code that publishers see. */
    public static final String CODE = "unknown_workspace";

    private final transient List<NewEvent> events;
    private final transient List<Integer> places;

    /**
     * Creates the exception.
     *
     * @param places the indexes of the events whose workspaces do not exist, at least one
     */
    UnknownWorkspaceException(List<NewEvent> events, List<Integer> places) {
        super("Unknown workspace.", null, false, false);
        this.events = events;
        this.places = places;
    }

    /**
     * This error as publishers see it.
     *
     * @param path maps an event's index to its path in the request
     */
    public InvalidEventException in(IntFunction<String> path) {
        return InvalidEventException.of(places.stream()
                .map(place -> InvalidEventException.at(
                        CODE,
                        path.apply(place) + ".workspace_id",
                        "Unknown workspace \"" + events.get(place).workspaceId() + "\"."))
                .toList());
    }
}
