package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.connection.EndpointMemory;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClient;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * An event loop with its HTTP client and the state shared by its attempts.
 *
 * @param memory used only on this event loop
 * @param timeout from the call to the last byte of the response
 * @param closed whether the sender has been closed
 */
record EventLoopClient(
        Context context,
        HttpClient client,
        EndpointMemory memory,
        Destinations destinations,
        Duration timeout,
        InstantSource clock,
        BooleanSupplier closed) {}
