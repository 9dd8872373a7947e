package ai.nexadesk.webhooks.event;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@DisplayName("An event created by NexaDesk")
class NewEventTest {

    @Test
    void isAPingJustAsDocumented() {
        var ping = EventParser.newEvent(
                "ping", PublishingRequests.NOW.plusNanos(1), "ws_nexadeskdemo", "{\"webhook_id\":\"wh_1\"}");

        assertThat(ping.id()).startsWith("evt_");
        assertThat(ping.timestamp()).isEqualTo(PublishingRequests.NOW);
        assertThat(ping.body()).asString(StandardCharsets.UTF_8).isEqualTo("""
                {"event":"ping","timestamp":"2026-03-20T14:00:00.123Z",\
                "workspace_id":"ws_nexadeskdemo","data":{"webhook_id":"wh_1"}}""");
    }

    @Test
    void keepsACutEmojiThatItGotRaw() {
        assertThat(of("{\"s\":\"\ud83d\"}").body())
                .asString(StandardCharsets.UTF_8)
                .endsWith("{\"s\":\"\\ud83d\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":[9007199254740992]} | unsafe_integer | $.data.a[0]",
                "{\"a\":1,\"a\":1} | duplicate_member | $.data.a",
                "[] | wrong_type | $.data",
                "null | wrong_type | $.data",
                "`` | wrong_type | $.data",
                "{\"a\" | malformed_json | $.data",
                "{}{} | malformed_json | $.data",
            })
    void isRefusedWithAPathIntoItsData(String data, String code, String path) {
        var refusal = catchThrowableOfType(InvalidEventException.class, () -> of(data));

        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.path()).isEqualTo(path);
        assertThat(refusal).hasMessageStartingWith(path + ": ");
    }

    private static NewEvent of(String data) {
        return EventParser.newEvent("lead.created", PublishingRequests.NOW, "ws_nexadeskdemo", data);
    }
}
