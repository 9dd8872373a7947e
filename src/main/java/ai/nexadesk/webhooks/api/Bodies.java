package ai.nexadesk.webhooks.api;

import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import jakarta.ws.rs.container.ContainerRequestContext;

/**
 * Reads the bodies of the external API, which are small. Larger bodies are rejected, whether or not their length is
 * declared.
 */
public final class Bodies {

    /** Large enough for the data of a test event, even if every character is escaped. */
    public static final int LIMIT = 1 << 20;

    public static final int PRIORITY = 100;

    private static final String BODY = Bodies.class.getName();

    @ServerRequestFilter(priority = PRIORITY)
    void read(ContainerRequestContext request, RoutingContext routing) throws IOException {
        if (!ApiPath.isExternal(routing.normalizedPath()) || !request.hasEntity()) {
            return;
        }
        var body = request.getEntityStream().readNBytes(LIMIT + 1);
        if (body.length > LIMIT) {
            throw ApiException.tooLarge(LIMIT);
        }
        request.setProperty(BODY, body);
        request.setEntityStream(new ByteArrayInputStream(body));
    }

    /** The body of this request; empty if it has none. */
    public static byte[] of(ContainerRequestContext request) {
        return request.getProperty(BODY) instanceof byte[] body ? body : new byte[0];
    }
}
