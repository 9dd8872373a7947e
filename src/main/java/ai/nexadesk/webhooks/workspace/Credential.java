package ai.nexadesk.webhooks.workspace;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** What a request shows to prove who sends it. */
abstract sealed class Credential extends BaseAuthenticationRequest {

    final String token;

    private Credential(String token) {
        this.token = token;
    }

    /** The cookie of a browser. */
    static final class OfBrowser extends Credential {
        OfBrowser(String token) {
            super(token);
        }
    }

    /** An API key, and the address that it is used from. */
    static final class OfProgram extends Credential {
        final String ip;

        OfProgram(String token, String ip) {
            super(token);
            this.ip = ip;
        }
    }

    /** A token of one of the host's own services. */
    static final class OfPublisher extends Credential {
        OfPublisher(String token) {
            super(token);
        }
    }
}
