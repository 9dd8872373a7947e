package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.event.EventIds;
import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.outbound.Message;
import ai.nexadesk.webhooks.outbound.SignedHeaders;
import ai.nexadesk.webhooks.outbound.SigningSecret;
import ai.nexadesk.webhooks.web.Redirect;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.secret.SecretService;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * The built-in test receiver: accepts anything that is posted, and shows the requests and whether their signatures are
 * valid. It exists only in the evaluation mode.
 */
@Path("/inbox/{token: [A-Za-z0-9_-]{1,64}}")
@Blocking
public class InboxPages {

    private static final int MAX_BODY = 1 << 20;
    private static final Set<String> SIGNATURES =
            Set.of("x-nexadesk-signature", "x-nexadesk-signature-next", "webhook-signature");

    private final Settings settings;
    private final Inbox inbox;
    private final SecretService signingSecrets;
    private final InstantSource clock;

    InboxPages(Settings settings, Inbox inbox, SecretService signingSecrets, InstantSource clock) {
        this.settings = settings;
        this.inbox = inbox;
        this.signingSecrets = signingSecrets;
        this.clock = clock;
    }

    /**
     * A request as the page shows it.
     *
     * @param number the number of the request, which makes element IDs unique on the page
     * @param at when it arrived
     * @param event the event's type
     * @param eventId the event's ID
     * @param delivery the delivery's ID
     * @param attempt the attempt's number
     * @param verified whether the signatures are valid; null if no webhook has this address
     * @param headers the headers
     * @param body the body as text
     */
    record Row(
            int number,
            Instant at,
            String event,
            String eventId,
            String delivery,
            String attempt,
            @Nullable Boolean verified,
            List<Header> headers,
            String body) {}

    @CheckedTemplate(basePath = "inbox")
    record inbox(String token, String url, List<Row> rows, Inbox.Reply reply, List<Inbox.Reply> replies)
            implements TemplateInstance {}

    @GET
    @Produces(MediaType.TEXT_HTML)
    @Operation(hidden = true)
    public TemplateInstance show(@PathParam("token") String token, @Context jakarta.ws.rs.core.UriInfo uri) {
        onlyForEvaluation();
        var senders = DatabaseRole.ENGINE.call(() -> senders(token));
        var rows =
                inbox.list(token).stream().map(request -> row(request, senders)).toList();
        return new inbox(token, uri.getAbsolutePath().toString(), rows, inbox.reply(token), Inbox.Reply.ALL);
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(hidden = true)
    public Response receive(@PathParam("token") String token, @Context HttpHeaders headers, byte[] body)
            throws InterruptedException {
        onlyForEvaluation();
        if (body.length > MAX_BODY) {
            throw ApiException.tooLarge(MAX_BODY);
        }
        var kept = new ArrayList<Map.Entry<String, String>>();
        headers.getRequestHeaders()
                .forEach((name, values) ->
                        values.forEach(value -> kept.add(Map.entry(name.toLowerCase(Locale.ROOT), value))));
        var received = new Inbox.Received(0, clock.instant(), kept, body);
        if (isForged(received, DatabaseRole.ENGINE.call(() -> senders(token)))) {
            return Response.status(Response.Status.UNAUTHORIZED)
                    .entity("The signature is wrong.")
                    .build();
        }
        var reply = inbox.keep(token, clock.instant(), kept, body);
        Thread.sleep(reply.seconds() * 1_000L);
        return Response.status(reply.status())
                .entity(reply.status() == 204 ? null : reply.label())
                .build();
    }

    @POST
    @Path("/answer")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response answer(@PathParam("token") String token, @FormParam("reply") @Nullable String reply) {
        onlyForEvaluation();
        inbox.reply(
                token,
                Inbox.Reply.of(reply == null ? "" : reply)
                        .orElseThrow(() -> ApiException.invalid("reply", "Choose one of the responses.")));
        return Redirect.to("/inbox/" + token).build();
    }

    private void onlyForEvaluation() {
        if (!settings.evaluation()) {
            throw ApiException.notFound();
        }
    }

    /** The secrets of the webhooks that send to this inbox. */
    private List<SigningSecret> senders(String token) {
        List<Webhook> here = Webhook.list("deletedAt is null and url like ?1", "%/inbox/" + token);
        var secrets = new ArrayList<SigningSecret>();
        for (var webhook : here) {
            var present = signingSecrets.of(webhook);
            secrets.add(present.current());
            if (present.pending() != null) {
                secrets.add(present.pending());
            }
        }
        return secrets;
    }

    private static Row row(Inbox.Received request, List<SigningSecret> senders) {
        return new Row(
                request.number(),
                request.at(),
                request.header("x-nexadesk-event"),
                request.header("x-nexadesk-event-id"),
                request.header("x-nexadesk-delivery"),
                request.header("x-nexadesk-attempt"),
                senders.isEmpty() ? null : (Boolean) isSigned(request, senders),
                request.headers().stream()
                        .map(header -> new Header(header.getKey(), header.getValue()))
                        .toList(),
                new String(request.body(), StandardCharsets.UTF_8));
    }

    /** Whether this is a ping with intentionally wrong signatures, which tests whether its receiver notices. */
    private static boolean isForged(Inbox.Received request, List<SigningSecret> senders) {
        return request.header("x-nexadesk-event-id").startsWith(EventIds.FORGED) && !isSigned(request, senders);
    }

    /** Whether every signature of the request was made with one of these secrets. */
    private static boolean isSigned(Inbox.Received request, List<SigningSecret> senders) {
        Instant sentAt;
        try {
            sentAt = Instant.ofEpochSecond(Long.parseLong(request.header("webhook-timestamp")));
        } catch (NumberFormatException unsigned) {
            return false;
        }
        var message = new Message("", request.header("x-nexadesk-event-id"), "", 1, request.body());
        var right = senders.stream()
                .flatMap(secret -> SignedHeaders.of(message, secret, null, sentAt, "").stream())
                .filter(header -> SIGNATURES.contains(header.name().toLowerCase(Locale.ROOT)))
                .map(Header::value)
                .collect(Collectors.toSet());
        var carried = request.headers().stream()
                .filter(header -> SIGNATURES.contains(header.getKey()))
                .flatMap(header -> List.of(header.getValue().split(" ")).stream())
                .toList();
        return !carried.isEmpty() && right.containsAll(carried);
    }
}
