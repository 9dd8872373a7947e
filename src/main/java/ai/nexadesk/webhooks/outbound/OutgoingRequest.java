package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.EndpointUrl;

import java.util.List;

/**
 * A POST that is ready to go: nothing is added to its headers but {@code Host} and {@code Content-Length}. The body is sent
 * as it is and must not be changed afterwards.
 */
public record OutgoingRequest(EndpointUrl url, List<Header> headers, byte[] body) {}
