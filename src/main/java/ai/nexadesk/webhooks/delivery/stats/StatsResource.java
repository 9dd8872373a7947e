package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.webhook.DisableWarnings;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.smallrye.common.annotation.Blocking;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** The statistics of a webhook in the REST API: the data of its chart, and the warning before it is disabled. */
@Path(ApiPath.EXTERNAL + "/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class StatsResource {

    private final Webhooks webhooks;
    private final DeliveryStats stats;
    private final DisableWarnings warnings;
    private final InstantSource clock;
    private final Caller caller;

    StatsResource(
            Webhooks webhooks, DeliveryStats stats, DisableWarnings warnings, InstantSource clock, Caller caller) {
        this.webhooks = webhooks;
        this.stats = stats;
        this.warnings = warnings;
        this.clock = clock;
        this.caller = caller;
    }

    /**
     * The statistics of a webhook.
     *
     * @param span {@code 24h}, {@code 7d} or {@code 30d}
     * @param warning the warning that it will be disabled; null if there is none
     * @param points from the oldest to the present, by one hour, six hours or one day
     */
    public record View(String span, DisableWarnings.@Nullable Warning warning, List<Point> points) {}

    /**
     * The attempts that ended in a period, without pings; they do not change later.
     *
     * @param since the beginning
     * @param until the end
     * @param delivered how many succeeded
     * @param failedAttempts how many failed
     * @param medianMs the median response time in milliseconds, accurate within a tenth; null if there was no response
     * @param p95Ms the 95th percentile of response times, likewise
     */
    public record Point(
            Instant since,
            Instant until,
            long delivered,
            long failedAttempts,
            @Nullable Long medianMs,
            @Nullable Long p95Ms) {

        static Point of(Chart.Point point) {
            return new Point(point.from(), point.to(), point.succeeded(), point.failed(), point.p50(), point.p95());
        }
    }

    @GET
    @Path("/{id}/stats")
    @RolesAllowed(ApiKey.READ)
    public Success<View> stats(@PathParam("id") String id, @QueryParam("span") @DefaultValue("24h") String value) {
        var webhook = webhooks.get(id, caller);
        var span = Stream.of(Chart.Span.values())
                .filter(known -> known.value.equals(value))
                .findFirst()
                .orElseThrow(() -> ApiException.invalid("span", "span must be 24h, 7d or 30d."));
        var now = clock.instant();
        var from = span.from(now);
        var chart = Chart.of(span, stats.attemptsOf(webhook, from), stats.tallies(webhook, span.step(), from), now);
        return Success.of(new View(
                span.value,
                warnings.warning(id),
                chart.points().stream().map(Point::of).toList()));
    }
}
