package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.testing.text.JavaScript;
import ai.nexadesk.webhooks.testing.text.RandomJson;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The body that receivers get")
class BodyTest {

    private static JavaScript js;

    @BeforeAll
    static void open() {
        js = new JavaScript();
    }

    @AfterAll
    static void close() {
        js.close();
    }

    @Test
    void hasExactlyTheDocumentedMembersInTheirOrder() {
        var published = """
                {"data": {"id": "42"}, "workspace_id": "ws_nexadeskdemo", "id": "evt_1",
                 "timestamp": "2026-03-20T15:00:00+01:00", "event": "lead.created"}""";

        assertThat(PublishingRequests.parse(published).get(0).body())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("""
                {"event":"lead.created","timestamp":"2026-03-20T14:00:00.000Z",\
                "workspace_id":"ws_nexadeskdemo","data":{"id":"42"}}""");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ }",
                "{\"\":[ ],\"a\":[{}]}",
                "{\"n\":[1.0,-0,-0.0,-1e-400,0e9,1e21,1E20,1e-7,0.000001,5e-324,1.7976931348623157e308,100E-2]}",
                "{\"n\":[9007199254740991,-9007199254740991,9007199254740993.0,9007199254740993e0,1e300]}",
                "{\"b\":1,\"10\":2,\"9\":3,\"a\":4,\"01\":5,\"-1\":6,\"0\":7,\"1.5\":8}",
                "{\"4294967295\":1,\"4294967294\":2,\"2147483648\":3,\"2147483647\":4,\"99999999999\":5}",
                "{\"x\":{\"2\":{\"b\":0,\"1\":[{\"z\":0,\"3\":1}]},\"1\":0},\"0\":{}}",
                "{\"s\":\"\\u00e9\\/\\u0062\\ud83d\\ude00\\u2028\\u007f\\u001F\\b\\f\\n\\r\\t\\\"\\\\\"}",
                "{\"cut\":\"\\ud83d\",\"turned\":\"\\ude00\\ud83d\",\"\\uD83D\":1,\"\\uDE00x\":2}",
                "{\"constructor\":1,\"prototype\":{},\"toString\":null,\"x\":{\"constructor\":[{\"prototype\":1}]}}",
                "{\"raw\":\"é 日本 😀 \u2028 \u007f \ufeff \uffff </script>\"}",
            })
    void isWhatJavaScriptWritesAfterReadingIt(String data) {
        var body = PublishingRequests.bodyOf(data);

        assertThat(body).isEqualTo(js.stringifyParsed(PublishingRequests.eventWith(data)));
        assertThat(js.stringifyParsed(body)).isEqualTo(body);
    }

    @Test
    void isWhatJavaScriptWritesForThousandsOfOddEvents() {
        var random = new RandomJson(20260320);
        for (int i = 0; i < 3_000; i++) {
            var data = random.object(i % 5);
            var body = PublishingRequests.bodyOf(data);

            assertThat(body).as(data).isEqualTo(js.stringifyParsed(PublishingRequests.eventWith(data)));
            assertThat(js.stringifyParsed(body)).as(data).isEqualTo(body);
        }
    }

    @Test
    void keepsDataAsDeepAsAllowed() {
        var data = "{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}";

        assertThat(PublishingRequests.bodyOf(data)).isEqualTo(PublishingRequests.eventWith(data));
    }
}
