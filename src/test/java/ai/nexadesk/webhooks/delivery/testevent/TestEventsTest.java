package ai.nexadesk.webhooks.delivery.testevent;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.startsWith;

@QuarkusTest
@DisplayName("The data of a test event")
class TestEventsTest {

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;
    private String webhook;

    @BeforeEach
    void subscribe() throws Exception {
        receiver = Receiver.start();
        webhook = api.createWebhook(receiver.url("/"), "*");
        receiver.clear();
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
    }

    @ParameterizedTest
    @DisplayName("is rejected if JavaScript receivers would get different data, like published events")
    @ValueSource(strings = {"1e400", "-1e309", "1.5e999999999", "12345678901234567890"})
    void refused(String number) {
        send("{\"id\":\"1\",\"n\":" + number + "}")
                .then()
                .statusCode(400)
                .body("fields", hasKey("data.n"))
                .body("error", startsWith("data.n: "));
        assertThat(receiver.requests()).isEmpty();
    }

    @Test
    @DisplayName("is sent as JavaScript writes it")
    void canonical() {
        var data = "{\"b\":1.0,\"2\":1e21,\"1\":-0.0,\"x\":0.30000000000000004,\"y\":1e-400,\"z\":\"\\ud83d\"}";
        String delivery = send(data).then().statusCode(202).extract().path("data.delivery_id");
        api.await(webhook, delivery, "delivered", 1);
        assertThat(receiver.requests().get(0).text())
                .endsWith(
                        "\"data\":{\"1\":0,\"2\":1e+21,\"b\":1,\"x\":0.30000000000000004,\"y\":0,\"z\":\"\\ud83d\"}}");
    }

    private io.restassured.response.Response send(String data) {
        return api.post("/webhooks/" + webhook + "/test", "{\"event\":\"lead.created\",\"data\":" + data + "}");
    }
}
