package ai.nexadesk.webhooks.event;

import org.jspecify.annotations.Nullable;

/** Thrown if nothing was stored; the same request may succeed later. */
public final class UnavailableException extends RuntimeException {

    /** The message is for publishers; the cause is for the log. */
    public UnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
