package ai.nexadesk.webhooks.outbound;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * How long the parts of an attempt took. Each is null if the attempt ended before it was complete.
 *
 * @param dns until the host's addresses were known
 * @param connect from then until there was a connection, including TLS; null if a kept connection was used
 * @param tls the part of {@code connect} spent on TLS; null without TLS
 * @param firstByte from then until the first byte of the response
 */
public record Timing(
        @Nullable Duration dns,
        @Nullable Duration connect,
        @Nullable Duration tls,
        @Nullable Duration firstByte) {

    /** The timing of an attempt that sent nothing. */
    public static final Timing NONE = new Timing(null, null, null, null);
}
