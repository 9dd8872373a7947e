package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.EndpointUrl;

import java.util.List;

/**
 * A POST that is ready to go: nothing is added to its headers but {@code Host}, {@code Content-Length} and, where the connection
 * is not to be kept, {@code Connection}. The body is sent as it is and must not be changed afterwards.
 *
 * @param owner whose kept connections it may use: the ID of its webhook
 */
public record OutgoingRequest(String owner, EndpointUrl url, List<Header> headers, byte[] body) {}
