package ai.nexadesk.webhooks.delivery.testevent;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.event.EventParser;
import ai.nexadesk.webhooks.event.InvalidEventException;
import ai.nexadesk.webhooks.event.Publishing;
import ai.nexadesk.webhooks.webhook.Webhooks;
import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/** Sends sample events to one webhook only, through the normal delivery path. */
@ApplicationScoped
public class TestEvents {

    private final Webhooks webhooks;
    private final Publishing publishing;
    private final InstantSource clock;

    TestEvents(Webhooks webhooks, Publishing publishing, InstantSource clock) {
        this.webhooks = webhooks;
        this.publishing = publishing;
        this.clock = clock;
    }

    /**
     * Sends a test event.
     *
     * @param type an event type of the catalog
     * @param data the resource as JSON; null for the catalog's example
     * @return the delivery's public ID
     * @throws ApiException 400 if type or data are invalid, 404 if there is no such webhook, 409 if it is not active or
     *     its conditions reject the event
     */
    public String send(String webhookId, @Nullable String type, @Nullable String data, Caller caller) {
        var webhook = webhooks.get(webhookId, caller);
        var eventType = Catalog.find(type == null ? "" : type)
                .orElseThrow(() -> ApiException.invalid(
                        "event", type == null ? "event is required: an event type." : Catalog.unknown(type)));
        if (!webhook.isActive()) {
            throw ApiException.conflict(
                    "webhook_not_active",
                    webhook.isDisabled()
                            ? "The webhook is disabled. Enable it, then send a test event."
                            : "The webhook is unverified. Send a ping and respond with 200 first.");
        }
        try {
            var event = EventParser.newEvent(
                    eventType.name(),
                    clock.instant(),
                    webhook.workspaceId,
                    data == null || data.isBlank() ? eventType.example() : data);
            webhook.filter().refusal(event.facts()).ifPresent(refusal -> {
                throw ApiException.conflict(
                        "filtered",
                        "The webhook's conditions filter out this event: " + refusal
                                + ". Send data that meets them, or change the conditions.");
            });
            UUID delivery = publishing.publishTo(event.asTest(), webhook.id);
            audit(webhook.id, eventType.name(), caller);
            return DeliveryIds.format(delivery);
        } catch (InvalidEventException e) {
            throw ApiException.badRequest(
                    e.code(),
                    inTest(e.getMessage()),
                    e.fields().entrySet().stream()
                            .collect(Collectors.toMap(field -> inTest(field.getKey()), Map.Entry::getValue)));
        }
    }

    /** Converts a path so that it starts at the request's member. */
    private static String inTest(String path) {
        return path.startsWith("$.") ? path.substring(2) : path;
    }

    @Transactional
    void audit(String webhookId, String type, Caller caller) {
        AuditEntry.record(caller, "webhook.tested", webhookId, type);
    }
}
