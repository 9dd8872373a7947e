package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Sort;
import ai.nexadesk.webhooks.api.query.FilterValues;
import ai.nexadesk.webhooks.catalog.Catalog;
import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;

/** The query parameters of the list of webhooks: filters (which combine), order, and page. */
public class WebhookQuery {

    private static final Comparator<Webhook> BY_ID = Comparator.comparing(webhook -> webhook.id);
    private static final Comparator<Webhook> OLDEST_FIRST =
            Comparator.comparing((Webhook webhook) -> webhook.createdAt).thenComparing(BY_ID);
    private static final Map<String, Comparator<Webhook>> ORDERS = Map.of(
            "created_at", OLDEST_FIRST,
            "updated_at",
                    Comparator.comparing((Webhook webhook) -> webhook.updatedAt).thenComparing(BY_ID),
            "url", Comparator.comparing((Webhook webhook) -> webhook.url).thenComparing(BY_ID));

    @QueryParam("status")
    List<String> status = List.of();

    @QueryParam("event")
    List<String> event = List.of();

    @QueryParam("q")
    @DefaultValue("")
    String q;

    @QueryParam("limit")
    @DefaultValue(Limit.DEFAULT)
    Limit limit;

    @QueryParam("cursor")
    @Nullable
    Cursor cursor;

    @QueryParam("sort")
    @Nullable
    Sort sort;

    /** The webhooks that match, oldest first unless sorted. A workspace has a few dozen at most. */
    <T> ListPage<T> page(List<Webhook> all, Function<Webhook, T> view) {
        var matching = all.stream().filter(filter()).sorted(OLDEST_FIRST).toList();
        return ListPage.part(Sort.apply(sort, matching, ORDERS), sort, webhook -> webhook.id, view, cursor, limit);
    }

    private Predicate<Webhook> filter() {
        var statuses = FilterValues.of("status", FilterValues.joined(status), WebhookQuery::statusOf);
        var types = FilterValues.of("event", FilterValues.joined(event), WebhookQuery::typeOf);
        var text = q.strip().toLowerCase(Locale.ROOT);
        return webhook -> (statuses.isEmpty() || statuses.contains(webhook.status))
                && (types.isEmpty() || types.stream().anyMatch(webhook::isFor))
                && (webhook.url + " " + webhook.description)
                        .toLowerCase(Locale.ROOT)
                        .contains(text);
    }

    private static WebhookStatus statusOf(String value) {
        return Stream.of(WebhookStatus.values())
                .filter(status -> status.value().equals(value))
                .findFirst()
                .orElseThrow(() -> ApiException.invalid("status", "status must be unverified, active or disabled."));
    }

    private static String typeOf(String name) {
        if (Catalog.find(name).isEmpty()) {
            throw ApiException.invalid("event", Catalog.unknown(name));
        }
        return name;
    }
}
