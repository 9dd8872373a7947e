package ai.nexadesk.webhooks.outbound.address;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Finds the addresses of a host. */
public interface Resolver {
    /**
     * All addresses of this name or IP literal. Completes exceptionally, with any exception, or with an empty list when
     * there is none; may complete on any thread.
     */
    CompletionStage<List<InetAddress>> resolve(String host);
}
