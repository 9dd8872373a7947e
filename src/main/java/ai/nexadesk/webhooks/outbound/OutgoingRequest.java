package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.EndpointUrl;

import java.util.List;

/**
 * A POST request ready to send. Nothing is added to its headers except {@code Host}, {@code Content-Length} and, if the
 * connection is not kept, {@code Connection}. The body is sent as it is and must not be changed afterwards.
 *
 * @param owner whose kept connections it may use: the ID of its webhook
 * @param once whether it must be sent no more than once: then it uses no kept connection, which may turn out to be
 *      closed
 */
public record OutgoingRequest(String owner, EndpointUrl url, List<Header> headers, byte[] body, boolean once) {

    /** A request that may be sent again if a kept connection breaks. */
    public OutgoingRequest(String owner, EndpointUrl url, List<Header> headers, byte[] body) {
        this(owner, url, headers, body, false);
    }
}
