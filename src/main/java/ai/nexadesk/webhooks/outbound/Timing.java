package ai.nexadesk.webhooks.outbound;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * How long the parts of an attempt took. Each is null if the attempt ended before it was through.
 *
 * @param dns until the host had an address
 * @param connect from then until there was a connection, TLS included; null too where one was kept alive
 * @param tls what of that was TLS; null too where there was none
 * @param firstByte from then until the answer began
 */
public record Timing(
        @Nullable Duration dns,
        @Nullable Duration connect,
        @Nullable Duration tls,
        @Nullable Duration firstByte) {

    /** Of an attempt that sent nothing. */
    public static final Timing NONE = new Timing(null, null, null, null);
}
