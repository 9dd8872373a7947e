package ai.nexadesk.webhooks.outbound;

import java.util.Arrays;
import java.util.Locale;

/** Why an attempt failed. The API and the log show only these codes. */
public enum ErrorCode {
    /** A response that is neither 2xx nor 3xx. */
    HTTP_STATUS,
    /** A 3xx; redirects are never followed. */
    REDIRECT,
    /** No response before the deadline. */
    TIMEOUT,
    /** The host has no address, or its name servers do not respond. */
    DNS_FAILED,
    CONNECTION_REFUSED,
    /** The connection closed before a response arrived. */
    CONNECTION_RESET,
    /** No connection for another reason, such as no route. */
    CONNECTION_FAILED,
    /** No TLS, no common version, or an untrusted certificate. */
    TLS_FAILED,
    /** The host is, or resolves to, a blocked address. */
    ADDRESS_BLOCKED,
    /** The response is not valid HTTP. */
    PROTOCOL_ERROR,
    /** NexaDesk stopped during the attempt; the request may have arrived. */
    INTERRUPTED,
    /** A fault of NexaDesk. */
    INTERNAL_ERROR;

    private final String value = name().toLowerCase(Locale.ROOT);

    /** The name in the API, the log and the database: {@code http_status} and so on. */
    public String value() {
        return value;
    }

    /** Whether there is a code with this name. */
    public static boolean isValue(String value) {
        return Arrays.stream(values()).anyMatch(code -> code.value.equals(value));
    }

    /**
     * The code with this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ErrorCode of(String value) {
        for (ErrorCode code : values()) {
            if (code.value.equals(value)) {
                return code;
            }
        }
        throw new IllegalArgumentException("No error code " + value);
    }
}
