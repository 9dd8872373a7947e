package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

@QuarkusTest
@DisplayName("Of two programs that change the same webhook")
class EtagTest {

    private static final String ROOT = "/api/v1/external/webhooks/";

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void create() {
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
    }

    private String tag() {
        var tag = api.request()
                .get(ROOT + webhook)
                .then()
                .statusCode(200)
                .extract()
                .header("ETag");
        assertThat(tag).matches("\"[0-9a-f]{24}\"");
        return tag;
    }

    private RequestSpecification seen(String tag) {
        return api.request().header("If-Match", tag);
    }

    @Test
    @DisplayName("the second is told that it has not seen the first change")
    void lostUpdate() {
        var seen = tag();
        var after = seen(seen)
                .body("{\"description\":\"first\"}")
                .patch(ROOT + webhook)
                .then()
                .statusCode(200)
                .extract()
                .header("ETag");
        assertThat(after).isNotEqualTo(seen).isEqualTo(tag());
        for (var request : new String[] {"PATCH", "DELETE"}) {
            var specification = seen(seen);
            (request.equals("PATCH") ? specification.body("{\"description\":\"second\"}") : specification)
                    .request(request, ROOT + webhook)
                    .then()
                    .statusCode(412)
                    .body("code", equalTo("precondition_failed"))
                    .body("error", containsString("Read it again"));
        }
        assertThat(api.get("/webhooks/" + webhook).getString("data.description"))
                .isEqualTo("first");
    }

    @Test
    @DisplayName("neither is rejected because of a ping, an asterisk, or a missing header")
    void notHeldUp() {
        var seen = tag();
        api.post("/webhooks/" + webhook + "/ping").then().statusCode(200);
        assertThat(tag()).isEqualTo(seen);
        seen("\"other\", " + seen)
                .body("{\"description\":\"a\"}")
                .patch(ROOT + webhook)
                .then()
                .statusCode(200);
        seen("*").body("{\"description\":\"b\"}").patch(ROOT + webhook).then().statusCode(200);
        api.request()
                .body("{\"description\":\"c\"}")
                .patch(ROOT + webhook)
                .then()
                .statusCode(200);
        seen(tag()).delete(ROOT + webhook).then().statusCode(200);
    }

    @Test
    @DisplayName("both get lists compressed if they accept it, but never responses with secrets")
    void compressed() {
        assertThat(encodingOf("")).isEqualTo("gzip");
        assertThat(encodingOf(webhook + "/deliveries")).isEqualTo("gzip");
        assertThat(encodingOf(webhook + "/secret")).isNull();
        assertThat(encodingOf(webhook)).isNull();
    }

    private String encodingOf(String path) {
        return api.request()
                .header("Accept-Encoding", "gzip")
                .get(ROOT + path)
                .then()
                .statusCode(200)
                .extract()
                .header("Content-Encoding");
    }
}
