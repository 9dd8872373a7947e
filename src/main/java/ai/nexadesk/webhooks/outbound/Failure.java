package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.connection.InvalidResponseException;
import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.NotSslRecordException;
import io.vertx.core.http.HttpClosedException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Why there was no response.
 *
 * @param code the error code
 * @param message the cause and, if known, the remedy; contains no addresses and nothing from internal services
 */
record Failure(ErrorCode code, String message) {
    static final Failure BLOCKED =
            new Failure(ErrorCode.ADDRESS_BLOCKED, "This address is private; use a public host.");
    static final Failure INTERRUPTED = new Failure(
            ErrorCode.INTERRUPTED,
            "The attempt was cut off on our side; it may or may not have reached your endpoint.");
    static final Failure LATE = new Failure(
            ErrorCode.INTERRUPTED,
            "This server could not begin the attempt in time; nothing has reached your endpoint.");
    static final Failure INTERNAL = new Failure(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side.");

    static Failure unknownHost(String host) {
        return new Failure(ErrorCode.DNS_FAILED, "We couldn't find " + host + ".");
    }

    static Failure protocol(String what) {
        return new Failure(ErrorCode.PROTOCOL_ERROR, "Your endpoint's response is not valid HTTP: " + what + ".");
    }

    /** A status that is not final: 101, or less than 100. */
    static Failure unexpectedStatus(int status) {
        return status == HttpResponseStatus.SWITCHING_PROTOCOLS.code()
                ? new Failure(
                        ErrorCode.PROTOCOL_ERROR,
                        "Your endpoint responded with 101 Switching Protocols, but the request asked for no other protocol;"
                                + " respond with a status from 200 to 299.")
                : protocol("its status is " + status);
    }

    /** This failure as an exception, for completion stages. */
    FailureException asException() {
        return new FailureException(code, message);
    }

    /** Maps a transport error, using the whole chain of its causes. */
    static Failure of(Throwable error, EndpointUrl url) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            Failure known = known(cause, url);
            if (known != null) {
                return known;
            }
        }
        return INTERNAL;
    }

    private static @Nullable Failure known(Throwable cause, EndpointUrl url) {
        if (cause instanceof FailureException e) {
            return new Failure(e.code(), e.sentence());
        }
        if (cause instanceof SSLException) {
            return tls(cause, url);
        }
        if (cause instanceof ChannelException) {
            // There is no local socket, for example because file descriptors ran out. The cause would look like the
            // endpoint's fault.
            return INTERNAL;
        }
        if (cause instanceof ConnectTimeoutException || cause instanceof TimeoutException) {
            return new Failure(ErrorCode.TIMEOUT, "No connection to " + url.authority() + " in time.");
        }
        if (cause instanceof InvalidResponseException bad) {
            return protocol(String.valueOf(bad.getMessage()));
        }
        if (isUnreadable(cause)) {
            return protocol("it cannot be parsed");
        }
        if (cause instanceof ConnectException
                && String.valueOf(cause.getMessage()).contains("refused")) {
            return new Failure(
                    ErrorCode.CONNECTION_REFUSED,
                    url.host() + " refused the connection on port " + url.port() + "; check that your server runs.");
        }
        if (cause instanceof ConnectException || cause instanceof java.net.NoRouteToHostException) {
            return new Failure(
                    ErrorCode.CONNECTION_FAILED,
                    "We couldn't connect to " + url.host() + " on port " + url.port() + ".");
        }
        if (cause instanceof HttpClosedException || isBrokenPipe(cause)) {
            return new Failure(ErrorCode.CONNECTION_RESET, "Your endpoint closed the connection without a response.");
        }
        return null;
    }

    /** Whether reading or writing failed. The JDK and the native transports have no more specific common class. */
    private static boolean isBrokenPipe(Throwable cause) {
        return cause instanceof IOException && !(cause instanceof UnknownHostException);
    }

    /**
     * Whether Netty could not decode the response. It reports this with its own exception, or with the exception of the
     * value that it could not parse.
     */
    private static boolean isUnreadable(Throwable cause) {
        boolean undecodable = cause instanceof DecoderException && !(cause.getCause() instanceof SSLException);
        return undecodable || cause instanceof IllegalArgumentException;
    }

    private static Failure tls(Throwable error, EndpointUrl url) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerTrust.UntrustedCertificateException) {
                return new Failure(ErrorCode.TLS_FAILED, "The certificate isn't trusted: " + cause.getMessage() + ".");
            }
        }
        if (error instanceof NotSslRecordException) {
            return new Failure(
                    ErrorCode.TLS_FAILED, "Port " + url.port() + " of " + url.host() + " doesn't speak TLS.");
        }
        return new Failure(
                ErrorCode.TLS_FAILED,
                "No TLS connection to " + url.host() + "; check that it offers TLS 1.2 or 1.3 for this name.");
    }
}
