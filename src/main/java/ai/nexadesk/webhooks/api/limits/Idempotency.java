package ai.nexadesk.webhooks.api.limits;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.BearerToken;
import ai.nexadesk.webhooks.api.Bodies;
import ai.nexadesk.webhooks.api.Hashes;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * Lets a program repeat a POST safely: with the same {@code Idempotency-Key} and the same request, it gets the first
 * response again, and nothing else happens. Only successes (2xx) and invalid requests (400) are stored, without signing
 * secrets and up to 64 KiB. Other requests are executed again.
 */
final class Idempotency {

    private static final Logger LOG = Logger.getLogger(Idempotency.class);

    private static final String HEADER = "Idempotency-Key";
    private static final String REPLAYED = "Idempotency-Replayed";
    private static final String BEGUN = Idempotency.class.getName();
    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final Set<String> SECRETS = Set.of("secret", "pending_secret");

    private final IdempotentRequests requests;
    private final ObjectMapper json;

    Idempotency(IdempotentRequests requests, ObjectMapper json) {
        this.requests = requests;
        this.json = json;
    }

    /** After authentication and reading the body. */
    @ServerRequestFilter(priority = Bodies.PRIORITY + 1)
    @Nullable
    Response begin(ContainerRequestContext request, RoutingContext routing) {
        var given = request.getHeaderString(HEADER);
        if (given == null
                || !request.getMethod().equals(HttpMethod.POST)
                || !ApiPath.isExternal(routing.normalizedPath())) {
            return null;
        }
        if (!given.matches("[!-~]{1,255}")) {
            throw ApiException.badRequest(
                    "invalid_idempotency_key",
                    "Idempotency-Key must be 1 to 255 printable ASCII characters without spaces.");
        }
        var key = IdempotentRequests.Key.of(BearerToken.of(routing).orElseThrow(), given);
        var path = routing.normalizedPath().getBytes(StandardCharsets.UTF_8);
        var found = requests.begin(key, Hashes.sha256OfParts(path, Bodies.of(request)));
        if (found.earlier() != null) {
            return again(found.earlier());
        }
        request.setProperty(BEGUN, found.begun());
        return null;
    }

    private static Response again(IdempotentRequests.Earlier earlier) {
        if (!earlier.same()) {
            throw ApiException.conflict(
                    "idempotency_key_reused",
                    "This Idempotency-Key was already used for a different request. Use a new one.");
        }
        if (earlier.status() == 0) {
            throw ApiException.conflict(
                    "request_under_way",
                    "A request with this Idempotency-Key is still in progress. Try again shortly.");
        }
        return Response.status(earlier.status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(Objects.requireNonNull(earlier.body()))
                .header(REPLAYED, "true")
                .build();
    }

    /** Whether the response is final. Any other response may change the next time. */
    private static boolean isFinal(int status) {
        return status / 100 == 2 || status == 400;
    }

    /**
     * The response without signing secrets. A secret is returned once; after that, it can be revealed, which the audit
     * log records.
     */
    private byte[] withoutSecrets(ContainerResponseContext response) throws JsonProcessingException {
        JsonNode answer = json.valueToTree(response.hasEntity() ? response.getEntity() : Map.of());
        if (answer.path("data") instanceof ObjectNode data) {
            data.remove(SECRETS);
        }
        return json.writeValueAsBytes(answer);
    }

    @ServerResponseFilter
    void end(ContainerRequestContext request, ContainerResponseContext response) {
        if (!(request.getProperty(BEGUN) instanceof IdempotentRequests.Begun begun)) {
            return;
        }
        try {
            var answer = isFinal(response.getStatus()) ? withoutSecrets(response) : null;
            if (answer == null || answer.length > LONGEST_ANSWER) {
                requests.forget(begun);
            } else {
                requests.end(begun, response.getStatus(), answer);
            }
        } catch (JdbiException | IllegalStateException | JsonProcessingException e) {
            LOG.warnf(
                    "A response could not be stored; a repeat of its request within a minute will be rejected: %s",
                    e.getMessage());
        }
    }
}
