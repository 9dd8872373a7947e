package ai.nexadesk.webhooks.web;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/**
 * Redirects a browser with "303 See Other". {@link Response#seeOther} is not used, because it makes a path absolute
 * with the host and scheme of the request: behind a proxy, the host comes from the client, and the scheme is http
 * instead of https.
 */
public final class Redirect {

    private Redirect() {}

    /** Redirects to a path on this host with an optional query, or to a full URL. */
    public static Response.ResponseBuilder to(String target) {
        return Response.status(Response.Status.SEE_OTHER).header(HttpHeaders.LOCATION, target);
    }
}
