package ai.nexadesk.webhooks.outbound.address;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Finds the addresses of a host. */
public interface Resolver {
    /**
     * All addresses of this name or IP literal. If there is none, completes with an empty list or exceptionally, with
     * any exception. May complete on any thread.
     */
    CompletionStage<List<InetAddress>> resolve(String host);
}
