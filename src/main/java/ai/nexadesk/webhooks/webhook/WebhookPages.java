package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.access.audit.Change;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.catalog.EventGroup;
import ai.nexadesk.webhooks.web.Bars;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.InvalidForm;
import ai.nexadesk.webhooks.webhook.condition.EventFilter;
import ai.nexadesk.webhooks.webhook.condition.FilterChoices;
import ai.nexadesk.webhooks.webhook.condition.RecentEvents;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateExtension;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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

/** Settings &gt; Webhooks: the list, the form and the actions on a webhook. */
@Path(WebhookPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
public class WebhookPages {

    /** The path below which the pages are. */
    public static final String PATH = "/settings/webhooks";

    private final Webhooks webhooks;
    private final WebhookEditor editor;
    private final EndpointVerification verification;
    private final WebhookStats stats;
    private final WebhookHealth health;
    private final RecentEvents recent;
    private final WebhookSettings settings;
    private final Flash flash;
    private final Caller caller;

    WebhookPages(
            Webhooks webhooks,
            WebhookEditor editor,
            EndpointVerification verification,
            WebhookStats stats,
            WebhookHealth health,
            RecentEvents recent,
            WebhookSettings settings,
            Flash flash,
            Caller caller) {
        this.webhooks = webhooks;
        this.editor = editor;
        this.verification = verification;
        this.stats = stats;
        this.health = health;
        this.recent = recent;
        this.settings = settings;
        this.flash = flash;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "webhook")
    record list(List<Row> webhooks, List<String> ids, long failing, int limit) implements TemplateInstance {}

    @CheckedTemplate(basePath = "webhook")
    record form(
            @Nullable Webhook webhook,
            WebhookForm input,
            Map<String, List<String>> errors,
            List<Change> changes,
            List<EventGroup> groups,
            FilterChoices choices,
            RecentEvents.@Nullable FilterTrial trial)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "webhook")
    public record confirm(Webhook webhook, String title, String consequence, String action, String path, boolean danger)
            implements TemplateInstance {}

    /** A webhook with its health and recent statistics. */
    record Row(Webhook webhook, Health health, WebhookStats.Trend trend) {

        /** Its last 24 hours in total. */
        public WebhookStats.Day day() {
            return trend.day();
        }

        /** Its last 24 hours as bars. */
        public Bars bars() {
            return Bars.filling(trend.hours().stream()
                    .map(hour -> new Bars.Stack(hour.succeeded(), hour.failed()))
                    .toList());
        }
    }

    /** The share of the last day's attempts that failed: {@code 0.2 %}. Never rounded to none or all. */
    @TemplateExtension
    static String failureRate(WebhookStats.Day day) {
        double percent = 100.0 * day.failedAttempts() / day.attempts();
        if (day.failedAttempts() > 0 && percent < 0.1) {
            return "< 0.1 %";
        }
        if (day.failedAttempts() < day.attempts() && percent > 99.9) {
            return "> 99.9 %";
        }
        return String.format(Locale.ENGLISH, "%.1f %%", percent);
    }

    @GET
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance list() {
        var all = webhooks.all(caller);
        var ids = all.stream().map(webhook -> webhook.id).toList();
        var trends = stats.trendOf(all);
        var states = health.ofAll(ids);
        var rows = all.stream()
                .map(webhook -> new Row(webhook, states.get(webhook.id), trends.get(webhook.id)))
                .sorted(Comparator.comparing(
                        row -> row.health.needsAttention() ? row.health.state() : Health.State.HEALTHY))
                .toList();
        long failing = rows.stream().filter(row -> row.health.isFailing()).count();
        return new list(rows, ids, failing, settings.maxPerWorkspace());
    }

    @GET
    @Path("/new")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public TemplateInstance add() {
        var input = new WebhookForm();
        input.token = UUID.randomUUID().toString();
        return page(null, input, Map.of(), List.of());
    }

    @POST
    @Path("/new")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response create(@BeanParam WebhookForm input) {
        if (!input.action.isEmpty()) {
            return again(null, input);
        }
        try {
            var webhook = editor.create(input.draft(), input.token, caller);
            return flash.withSecret(path(webhook.id), !webhook.isUnverified(), outcome(webhook));
        } catch (ApiException e) {
            return refused(null, input, e);
        }
    }

    @GET
    @Path("/{id}/edit")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public TemplateInstance edit(@PathParam("id") String id) {
        var webhook = webhooks.get(id, caller);
        return page(webhook, WebhookForm.of(webhook), Map.of(), List.of());
    }

    @POST
    @Path("/{id}/edit")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response update(@PathParam("id") String id, @BeanParam WebhookForm input) {
        var webhook = webhooks.get(id, caller);
        if (!input.action.isEmpty()) {
            return again(webhook, input);
        }
        var changes = input.changedMeanwhile(webhook);
        if (!changes.isEmpty()) {
            input.takeOver(webhook);
            return Response.status(Response.Status.CONFLICT)
                    .entity(page(webhook, input, Map.of(), changes))
                    .build();
        }
        try {
            var updated = editor.update(id, input.draft(), caller);
            if (updated.url.equals(webhook.url)) {
                return flash.success(path(id), "Saved.");
            }
            return updated.isUnverified()
                    ? flash.error(path(id), outcome(updated))
                    : flash.success(path(id), outcome(updated));
        } catch (ApiException e) {
            return refused(webhook, input, e);
        }
    }

    @POST
    @Path("/{id}/ping")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response ping(@PathParam("id") String id) {
        var ping = Objects.requireNonNull(verification.ping(id, caller).lastPing);
        return ping.ok() ? flash.success(path(id), ping.message()) : flash.error(path(id), ping.message());
    }

    @POST
    @Path("/{id}/verification-test")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response testVerification(@PathParam("id") String id) {
        var outcome = verification.testSignatures(id, caller);
        return Boolean.TRUE.equals(outcome.verifies())
                ? flash.success(path(id), outcome.message())
                : flash.error(path(id), outcome.message());
    }

    @POST
    @Path("/{id}/verification-warning/dismiss")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response dismissWarning(@PathParam("id") String id) {
        var draft = new WebhookDraft();
        draft.verificationWarningDismissed = true;
        editor.update(id, draft, caller);
        return flash.success(path(id), "Warning dismissed.");
    }

    @POST
    @Path("/{id}/enable")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response enable(@PathParam("id") String id) {
        if (!webhooks.get(id, caller).isDisabled()) {
            return flash.success(path(id), "This webhook is not disabled.");
        }
        var webhook = editor.enable(id, caller);
        return webhook.isActive()
                ? flash.success(path(id), "Enabled. " + message(webhook))
                : flash.error(path(id), "Not enabled: the ping failed.");
    }

    @GET
    @Path("/{id}/disable")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public TemplateInstance askDisable(@PathParam("id") String id) {
        return new confirm(
                webhooks.get(id, caller),
                "Disable this webhook?",
                "It will stop receiving events, and pending deliveries will be cancelled. The log stays available.",
                "Disable webhook",
                "disable",
                false);
    }

    @POST
    @Path("/{id}/disable")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response disable(@PathParam("id") String id) {
        editor.disable(id, caller);
        return flash.success(path(id), "Disabled.");
    }

    @GET
    @Path("/{id}/delete")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public TemplateInstance askDelete(@PathParam("id") String id) {
        return new confirm(
                webhooks.get(id, caller),
                "Delete this webhook?",
                "All of its deliveries will stop immediately, including pending retries. This can't be undone.",
                "Delete webhook",
                "delete",
                true);
    }

    @POST
    @Path("/{id}/delete")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response delete(@PathParam("id") String id) {
        var title = webhooks.get(id, caller).title();
        editor.delete(id, caller);
        return flash.success(PATH, "Deleted " + title + ".");
    }

    /** The page of a webhook. */
    public static String path(String id) {
        return PATH + "/" + id;
    }

    private form page(
            @Nullable Webhook webhook, WebhookForm input, Map<String, List<String>> errors, List<Change> changes) {
        var choices = FilterChoices.of(caller.workspaceId(), input.filter.ignoreActors);
        return new form(webhook, input, errors, changes, EventGroup.all(), choices, null);
    }

    /** The form with more rows for conditions, and the result of trying them on recent events if requested. */
    private Response again(@Nullable Webhook webhook, WebhookForm input) {
        var shown = page(webhook, input, Map.of(), List.of());
        if (!input.action.equals("try")) {
            return Response.ok(shown).build();
        }
        try {
            var filter = editor.checked(EventFilter.NONE, input.filter.conditions(), input.filter.ignoreActors);
            var trial = recent.tryFilter(caller.workspaceId(), input.events, filter);
            return Response.ok(new form(webhook, input, Map.of(), List.of(), shown.groups(), shown.choices(), trial))
                    .build();
        } catch (ApiException e) {
            return refused(webhook, input, e);
        }
    }

    private static String outcome(Webhook saved) {
        var ping = saved.isUnverified() ? "Saved, but the ping failed." : "Saved. " + message(saved);
        return ping + dropped(saved);
    }

    private static String dropped(Webhook webhook) {
        return webhook.droppedHeaders.isEmpty()
                ? ""
                : " The host changed, so these request headers were removed: "
                        + String.join(", ", webhook.droppedHeaders) + ".";
    }

    private static String message(Webhook webhook) {
        return webhook.lastPing == null ? "" : webhook.lastPing.message();
    }

    private Response refused(@Nullable Webhook webhook, WebhookForm input, ApiException problem) {
        var errors = problem.fields().isEmpty() ? Map.of("", List.of(problem.getMessage())) : problem.fields();
        return InvalidForm.again(page(webhook, input, errors, List.of()));
    }
}
