package ai.nexadesk.webhooks.access;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** The credential of a request. */
public abstract sealed class Credential extends BaseAuthenticationRequest {

    public final String token;

    private Credential(String token) {
        this.token = token;
    }

    /** The session cookie of a browser. */
    public static final class OfBrowser extends Credential {
        OfBrowser(String token) {
            super(token);
        }
    }

    /** An API key and the client address. */
    public static final class OfProgram extends Credential {
        public final String ip;

        OfProgram(String token, String ip) {
            super(token);
            this.ip = ip;
        }
    }

    /** A token of one of NexaDesk's own services. */
    public static final class OfPublisher extends Credential {
        OfPublisher(String token) {
            super(token);
        }
    }
}
