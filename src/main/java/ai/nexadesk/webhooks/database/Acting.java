package ai.nexadesk.webhooks.database;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;

/**
 * As whom a transaction asks the database, which shows it no other rows. The transactions of a request act for the workspace
 * of whoever is signed in, without being told; all others say here what they are. A transaction that says nothing, and what is
 * outside of any, sees nothing.
 *
 * @param role PostgreSQL's
 * @param workspace the only one whose rows there are; empty where the role does not ask
 */
public record Acting(String role, String workspace) {

    /** Who is at the door: sessions, keys and passwords, before a workspace is known. */
    public static final Acting ENTRY = new Acting("nexadesk_entry", "");

    /** What is done for all workspaces, where it needs entities. Plain statements use {@link Engine}. */
    public static final Acting ENGINE = new Acting("nexadesk_engine", "");

    /** NexaDesk itself, which writes the rows of workspaces and people; here only the evaluation mode's demo does. */
    public static final Acting HOST = new Acting("none", "");

    private static final String OF_REQUEST = Acting.class.getName();
    private static final ThreadLocal<@Nullable Acting> PRESENT = new ThreadLocal<>();

    /** For this workspace. */
    public static Acting in(String workspace) {
        return new Acting("nexadesk_workspace", workspace);
    }

    /** From now on this request is for this workspace. */
    public static void in(String workspace, RoutingContext request) {
        request.put(OF_REQUEST, in(workspace));
    }

    /** Does this in a transaction of its own. */
    public <T> T call(Callable<T> work) {
        var before = PRESENT.get();
        PRESENT.set(this);
        try {
            return QuarkusTransaction.requiringNew().call(work);
        } finally {
            PRESENT.set(before);
        }
    }

    /** Does this in a transaction of its own. */
    public void run(Runnable work) {
        call(() -> {
            work.run();
            return this;
        });
    }

    /** What this thread said, or else the request that it serves; null if nobody did. */
    static @Nullable Acting present(@Nullable RoutingContext request) {
        var said = PRESENT.get();
        return said != null || request == null ? said : request.get(OF_REQUEST);
    }
}
