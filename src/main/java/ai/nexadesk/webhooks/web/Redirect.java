package ai.nexadesk.webhooks.web;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/**
 * Sends a browser on with "303 See Other", after its form or to where people sign in. {@link Response#seeOther} is not used: it
 * makes a path absolute, with the host that the request named and the scheme that it came by. Behind a proxy the one is the
 * client's word, and the other is http where people have https.
 */
public final class Redirect {

    private Redirect() {}

    /** To a page of ours, of which the path is given and maybe the query, or to somebody else's, of which it is the whole URL. */
    public static Response.ResponseBuilder to(String target) {
        return Response.status(Response.Status.SEE_OTHER).header(HttpHeaders.LOCATION, target);
    }
}
