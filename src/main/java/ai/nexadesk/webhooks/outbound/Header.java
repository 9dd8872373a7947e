package ai.nexadesk.webhooks.outbound;

/** One header field of a request or a response, in its original order and spelling. */
public record Header(String name, String value) {}
