package ai.nexadesk.webhooks.database;

import io.quarkus.arc.Arc;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;

/**
 * The role and the workspace of a transaction, which restrict the rows that it can see. Transactions of a request use
 * the workspace of the caller. All others must choose a role here; without one, no rows are visible.
 *
 * @param role the PostgreSQL role
 * @param workspace the only workspace whose rows are visible; empty if the role is not restricted
 */
public record DatabaseRole(String role, String workspace) {

    /** For authentication: sessions, keys and passwords, before the workspace is known. */
    public static final DatabaseRole ENTRY = new DatabaseRole("nexadesk_entry", "");

    /** For work on all workspaces that needs entities. Plain statements use {@link Engine}. */
    public static final DatabaseRole ENGINE = new DatabaseRole("nexadesk_engine", "");

    /** For NexaDesk itself, which writes workspaces and people. Used only by the demo of the evaluation mode. */
    public static final DatabaseRole HOST = new DatabaseRole("none", "");

    private static final String OF_REQUEST = DatabaseRole.class.getName();
    private static final ThreadLocal<@Nullable DatabaseRole> PRESENT = new ThreadLocal<>();

    /** The role for this workspace. */
    public static DatabaseRole in(String workspace) {
        return new DatabaseRole("nexadesk_workspace", workspace);
    }

    /** Sets the workspace for the rest of this request. */
    public static void in(String workspace, RoutingContext request) {
        request.put(OF_REQUEST, in(workspace));
    }

    /** Runs work in a transaction of its own and returns the result. */
    public <T> T call(Callable<T> work) {
        var before = PRESENT.get();
        PRESENT.set(this);
        var requests = Arc.container().requestContext();
        // Hibernate asks StandbyConnections for a connection only in a request.
        boolean isOwnRequest = !requests.isActive();
        if (isOwnRequest) {
            requests.activate();
        }
        try {
            return QuarkusTransaction.requiringNew().call(work);
        } finally {
            if (isOwnRequest) {
                requests.terminate();
            }
            PRESENT.set(before);
        }
    }

    /** Runs work in a transaction of its own. */
    public void run(Runnable work) {
        call(() -> {
            work.run();
            return this;
        });
    }

    /** The role chosen by this thread, or by the request that it serves; null if there is none. */
    static @Nullable DatabaseRole present(@Nullable RoutingContext request) {
        var said = PRESENT.get();
        return said != null || request == null ? said : request.get(OF_REQUEST);
    }
}
