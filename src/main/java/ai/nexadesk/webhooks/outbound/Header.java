package ai.nexadesk.webhooks.outbound;

/** One header field of a request or an answer, in the order and spelling of the wire. */
public record Header(String name, String value) {}
