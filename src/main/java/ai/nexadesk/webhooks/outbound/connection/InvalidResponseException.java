package ai.nexadesk.webhooks.outbound.connection;

/**
 * Thrown for a response that is not valid HTTP/1.1. The message completes "Your endpoint's response is not valid HTTP:".
 */
public final class InvalidResponseException extends RuntimeException {
    InvalidResponseException(String message) {
        super(message, null, false, false);
    }
}
