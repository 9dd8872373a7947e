package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.EndpointUrl;

import java.util.List;

/**
 * A POST request ready to send. No headers are added except {@code Host}, {@code Content-Length} and, if the connection
 * is not kept, {@code Connection}. The body is sent unchanged and must not be modified afterwards.
 *
 * @param owner the ID of the webhook, whose kept connections it may use
 * @param once whether it must be sent at most once; if so, it uses no kept connection, because that may turn out to be
 *     closed
 */
public record OutgoingRequest(String owner, EndpointUrl url, List<Header> headers, byte[] body, boolean once) {

    /** A request that may be sent again if a kept connection breaks. */
    public OutgoingRequest(String owner, EndpointUrl url, List<Header> headers, byte[] body) {
        this(owner, url, headers, body, false);
    }
}
