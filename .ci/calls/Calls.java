import com.nexadesk.client.api.DeliveriesApi;
import com.nexadesk.client.api.PublishingApi;
import com.nexadesk.client.api.RecoveryApi;
import com.nexadesk.client.api.WebhooksApi;
import com.nexadesk.client.invoker.ApiException;
import com.nexadesk.client.model.ConditionOperator;
import com.nexadesk.client.model.ConditionRequest;
import com.nexadesk.client.model.ConditionsRequest;
import com.nexadesk.client.model.CreateWebhookRequest;
import com.nexadesk.client.model.DeliveryList;
import com.nexadesk.client.model.DeliveryStatus;
import com.nexadesk.client.model.PublishedEvent;
import com.nexadesk.client.model.RecoveryRequest;
import com.nexadesk.client.model.UpdateWebhookRequest;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls the API with a client made by openapi-generator: Calls http://localhost:8080, or with "later" behind it. */
public final class Calls {

    private static final OffsetDateTime SINCE = OffsetDateTime.now(ZoneOffset.UTC).minusHours(1);

    interface Call {
        void make() throws ApiException;
    }

    public static void main(String[] args) throws Exception {
        var isLater = args.length > 1;
        var api = Library.client(args[0], System.getenv("API_KEY"));
        var webhooks = new WebhooksApi(api);
        var deliveries = new DeliveriesApi(api);
        var recovery = new RecoveryApi(api);
        var publishing = new PublishingApi(Library.client(args[0], System.getenv("PUBLISHER_TOKEN")));

        var wanted = new CreateWebhookRequest()
                .url(System.getenv("RECEIVER") + "/java")
                .events(List.of("lead.*"))
                .putHeadersItem("X-Api-Key", "secret")
                .conditions(new ConditionsRequest()
                        .match("all")
                        .addRulesItem(new ConditionRequest()
                                .field("pipeline_stage")
                                .operator(ConditionOperator.IS_ONE_OF)
                                .value(List.of("new", "won"))));
        var webhook = webhooks.createWebhook(wanted, null).getData();
        check(webhook.getHeaders().equals(List.of("X-Api-Key")), "create");

        check(publishing.publishEvents(List.of(event("one")), null, null).getData().getAccepted() == 1, "publish one");
        check(publishing.publishEvents(List.of(event("two"), event("three")), null, null).getData().getAccepted() == 2, "publish two");

        DeliveryList found = null;
        for (int i = 0; i < 50 && (found == null || found.getData().size() != 3); i++) {
            Thread.sleep(200);
            found = deliveries.listWebhookDeliveries(
                    webhook.getId(),
                    List.of(DeliveryStatus.DELIVERED, DeliveryStatus.FAILED),
                    List.of("lead.created", "lead.updated"),
                    List.of("200", "5xx"),
                    null, SINCE, null, null, 10, null, null);
        }
        check(found.getData().size() == 3, "list");
        check(found.getData().get(0).getStatus().equals(isLater ? "added_later" : "delivered"), "status");

        var id = found.getData().get(0).getId();
        check(deliveries.getDelivery(webhook.getId(), id).getData().getAttempts().get(0).getStatusCode() == 200, "delivery");
        check(deliveries.retryDelivery(webhook.getId(), id, id).getData().getDeliveryId().equals(id), "retry");

        var etag = Library.header("ETag", webhooks.getWebhookWithHttpInfo(webhook.getId()).getHeaders());
        var change = new UpdateWebhookRequest().description("Changed").maxPerSecond(100);
        check(webhooks.updateWebhook(webhook.getId(), change, etag).getData().getMaxPerSecond() == 100, "change");
        refused(412, "Read it again", () -> webhooks.updateWebhook(webhook.getId(), change, etag));

        var wrong = new CreateWebhookRequest().url("no url").events(List.of("lead.creatd"));
        refused(400, isLater ? "added_later" : "validation_failed", () -> webhooks.createWebhook(wrong, null));
        refused(404, "error", () -> webhooks.getWebhook("wh_none"));

        var span = new RecoveryRequest().since(SINCE).dryRun(true);
        check(recovery.recover(webhook.getId(), span, null).getData().getMissed() == 0, "count");
        check(recovery.recover(webhook.getId(), span.dryRun(null), null).getData().getJob() != null, "recover");
        webhooks.deleteWebhook(webhook.getId(), null);
    }

    private static PublishedEvent event(String name) {
        Map<String, Object> tag = new HashMap<>();
        tag.put("b", null);
        return new PublishedEvent()
                .event("lead.created")
                .workspaceId(System.getenv("WORKSPACE"))
                .data(Map.of(
                        "id", name, "visitor_name", name, "pipeline_stage", "new", "created_at", SINCE.toString(),
                        "tags", Arrays.asList("a", tag)));
    }

    private static void check(boolean isRight, String what) {
        if (!isRight) {
            throw new AssertionError(what);
        }
    }

    private static void refused(int status, String words, Call call) throws Exception {
        try {
            call.make();
        } catch (ApiException e) {
            check(e.getCode() == status && Library.error(e.getResponseBody()).contains(words), e.getResponseBody());
            return;
        }
        throw new AssertionError("Not refused with " + status);
    }
}
