package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.InvalidForm;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.vertx.http.Uncompressed;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Settings &gt; Alert channels: the list, the form, and the page that shows a new secret once. */
@Path(AlertChannelPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_ADMIN)
public class AlertChannelPages {

    static final String PATH = "/settings/alert-channels";

    private final AlertChannels channels;
    private final ChannelSecrets secrets;
    private final ChannelCheck check;
    private final Flash flash;
    private final Caller caller;

    AlertChannelPages(AlertChannels channels, ChannelSecrets secrets, ChannelCheck check, Flash flash, Caller caller) {
        this.channels = channels;
        this.secrets = secrets;
        this.check = check;
        this.flash = flash;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "alert")
    record list(List<Row> rows, int limit) implements TemplateInstance {}

    @CheckedTemplate(basePath = "alert")
    record form(
            @Nullable AlertChannel channel,
            String shown,
            AlertChannelForm input,
            boolean mails,
            Map<String, List<String>> errors)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "alert")
    record created(AlertChannel channel, String secret) implements TemplateInstance {}

    @CheckedTemplate(basePath = "alert")
    record delete(AlertChannel channel, String shown) implements TemplateInstance {}

    /** A channel with its target as shown to people. */
    record Row(AlertChannel channel, String shown) {}

    @GET
    @Operation(hidden = true)
    public TemplateInstance list() {
        return new list(
                channels.all(caller).stream()
                        .map(channel -> new Row(channel, secrets.shown(channel)))
                        .toList(),
                AlertChannels.MAX_CHANNELS);
    }

    @GET
    @Path("/new")
    @Operation(hidden = true)
    public TemplateInstance add() {
        var input = new AlertChannelForm();
        input.kind = ChannelKind.SLACK.value();
        return new form(null, "", input, check.mails(), Map.of());
    }

    /**
     * Creates a channel and shows a new secret without a redirect, because its plain text is not kept until the next
     * request.
     */
    @POST
    @Path("/new")
    @Uncompressed
    @Operation(hidden = true)
    public Response create(@BeanParam AlertChannelForm input) {
        try {
            var made = channels.create(input.draft(null), caller);
            return made.secret() == null
                    ? flash.success(PATH, "Saved. Send a test to see whether it arrives.")
                    : Response.ok(new created(made.channel(), made.secret().value()))
                            .build();
        } catch (ApiException e) {
            return refused(null, "", input, e);
        }
    }

    @GET
    @Path("/{id}/edit")
    @Operation(hidden = true)
    public TemplateInstance edit(@PathParam("id") UUID id) {
        var channel = channels.get(id, caller);
        var shown = secrets.shown(channel);
        return new form(channel, shown, AlertChannelForm.of(channel, shown), check.mails(), Map.of());
    }

    @POST
    @Path("/{id}/edit")
    @Operation(hidden = true)
    public Response update(@PathParam("id") UUID id, @BeanParam AlertChannelForm input) {
        var channel = channels.get(id, caller);
        try {
            channels.update(id, input.draft(channel.kind()), caller);
            return flash.success(PATH, "Saved.");
        } catch (ApiException e) {
            return refused(channel, secrets.shown(channel), input, e);
        }
    }

    @POST
    @Path("/{id}/test")
    @Operation(hidden = true)
    public Response test(@PathParam("id") UUID id) {
        var channel = channels.test(id, caller);
        return Boolean.TRUE.equals(channel.lastSentOk)
                ? flash.success(PATH, "Test sent to " + channel.name + ". " + channel.lastSentMessage)
                : flash.error(PATH, "Test of " + channel.name + " failed. " + channel.lastSentMessage);
    }

    @GET
    @Path("/{id}/delete")
    @Operation(hidden = true)
    public TemplateInstance askDelete(@PathParam("id") UUID id) {
        var channel = channels.get(id, caller);
        return new delete(channel, secrets.shown(channel));
    }

    @POST
    @Path("/{id}/delete")
    @Operation(hidden = true)
    public Response delete(@PathParam("id") UUID id) {
        return flash.success(PATH, "Deleted " + channels.delete(id, caller).name + ".");
    }

    private Response refused(
            @Nullable AlertChannel channel, String shown, AlertChannelForm input, ApiException problem) {
        var errors = problem.fields().isEmpty() ? Map.of("", List.of(problem.getMessage())) : problem.fields();
        return InvalidForm.again(new form(channel, shown, input, check.mails(), errors));
    }
}
