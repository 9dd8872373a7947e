package ai.nexadesk.webhooks.webhook.eventtype;

import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

@QuarkusTest
@DisplayName("The catalog's pages")
class EventTypePagesTest {

    private final Api api = Api.ofNewWorkspace();

    @Test
    @DisplayName("show agents every event type, its schema and example, and its subscribers")
    void show() throws Exception {
        try (var receiver = Receiver.start()) {
            var all = api.createWebhook(receiver.url("/all"), "*");
            var leads = api.createWebhook(receiver.url("/leads"), "lead.created");
            var session = TestWorkspace.signIn(api.workspace().agent());
            var list = page(session, "/settings/events").statusCode(200);
            for (var type : Catalog.all()) {
                list.body(containsString("/settings/events/" + type.name()))
                        .body(containsString(type.description().split("'")[0]));
            }
            page(session, "/settings/events/lead.created")
                    .statusCode(200)
                    .body(containsString("pipeline_stage"))
                    .body(containsString("https://json-schema.org/draft/2020-12/schema"))
                    .body(containsString(all))
                    .body(containsString(leads));
            page(session, "/settings/events/contact.created")
                    .body(containsString(all))
                    .body(not(containsString(leads)));
            page(session, "/settings/events/ping").statusCode(404);
        }
    }

    private static ValidatableResponse page(String session, String path) {
        return given().cookie(TestWorkspace.SESSION, session).get(path).then();
    }
}
