package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.catalog.Catalog;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("An event with invalid members is rejected")
class RefusedMembersTest {

    private static final String GOOD = PublishingRequests.eventWith("{}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"event\":\"lead.created\", | event",
                "\"workspace_id\":\"ws_nexadeskdemo\", | workspace_id",
                ",\"data\":{} | data",
            })
    void oneThatIsMissing(String member, String name) {
        var refusal = PublishingRequests.refusal(GOOD.replace(member, ""));

        assertThat(refusal.code()).isEqualTo("missing_member");
        assertThat(refusal).hasMessage("$." + name + ": this field is required.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"lead.created\" | 1 | $.event",
                "\"ws_nexadeskdemo\" | null | $.workspace_id",
                "\"2026-03-20T14:00:00.000Z\" | 1774015200 | $.timestamp",
                "{} | [] | $.data",
                "{} | \"text\" | $.data",
                "{} | null | $.data",
                "{\"event\" | {\"id\":7,\"event\" | $.id",
            })
    void oneOfAWrongType(String right, String wrong, String path) {
        var refusal = PublishingRequests.refusal(GOOD.contains(right) ? replaceLast(right, wrong) : GOOD);

        assertThat(refusal.code()).isEqualTo("wrong_type");
        assertThat(refusal.path()).isEqualTo(path);
        assertThat(refusal).hasMessageStartingWith(path + ": must be a ");
    }

    @Test
    void oneThatIsNotKnown() {
        var refusal = PublishingRequests.refusal(GOOD.replace("{\"event\"", "{\"type\":1,\"event\""));

        assertThat(refusal.code()).isEqualTo("unknown_member");
        assertThat(refusal)
                .hasMessageStartingWith("$.type: ")
                .hasMessageContaining("id, event, timestamp, workspace_id, data, record, changed, previous and actor");
    }

    @Test
    void oneWithANameThatWouldFloodTheError() {
        var refusal = PublishingRequests.refusal("{\"" + "x\\n".repeat(100_000) + "\":1}");

        assertThat(refusal.code()).isEqualTo("unknown_member");
        assertThat(refusal.getMessage()).hasSizeLessThan(500).doesNotContain("\n");
        assertThat(PublishingRequests.refusalOfData("{\"" + "x".repeat(100_000) + "\":1e999}")
                        .getMessage())
                .hasSizeLessThan(500);
    }

    @Test
    void oneThatOccursTwice() {
        var refusal =
                PublishingRequests.refusal(GOOD.replace("{\"event\"", "{\"ev\\u0065nt\":\"lead.created\",\"event\""));

        assertThat(refusal.code()).isEqualTo("duplicate_member");
        assertThat(refusal.path()).isEqualTo("$.event");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ping", "lead.Created", "lead.created ", "*"})
    void aTypeOutsideOfTheCatalogue(String type) {
        var refusal = PublishingRequests.refusal(GOOD.replace("lead.created", type));

        assertThat(refusal.code()).isEqualTo("unknown_event_type");
        assertThat(refusal.path()).isEqualTo("$.event");
        Catalog.all().forEach(known -> assertThat(refusal).hasMessageContaining(known.name()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ws_",
                "ws_nexadeskdem",
                "ws_nexadeskdemo1",
                "WS_nexadeskdemo",
                "ws_nexadesk-emo",
                "ws_nexadeskdem\u00e9"
            })
    void aWorkspaceIdThatIsNone(String id) {
        var refusal = PublishingRequests.refusal(GOOD.replace("ws_nexadeskdemo", id));

        assertThat(refusal.code()).isEqualTo("invalid_workspace_id");
        assertThat(refusal).hasMessage("$.workspace_id: must be ws_ followed by 12 letters or digits.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "\\r\\n", "\u00e9", "\\u007f", "a.b", "a:b", "~"})
    void anIdThatCannotTravelInAHeader(String id) {
        var refusal = refusalOfId(id);

        assertThat(refusal.code()).isEqualTo("invalid_id");
        assertThat(refusal.path()).isEqualTo("$.id");
        assertThat(refusal).hasMessageContaining("1 to 128 of the characters");
    }

    @Test
    void anIdThatIsTooLong() {
        assertThat(PublishingRequests.parse(withId("_".repeat(128))).get(0).id())
                .hasSize(128);
        assertThat(refusalOfId("_".repeat(129)).code()).isEqualTo("invalid_id");
    }

    private static InvalidEventException refusalOfId(String id) {
        return PublishingRequests.refusal(withId(id));
    }

    private static String withId(String id) {
        return GOOD.replace("{\"event\"", "{\"id\":\"" + id + "\",\"event\"");
    }

    private static String replaceLast(String right, String wrong) {
        int at = GOOD.lastIndexOf(right);
        return GOOD.substring(0, at) + wrong + GOOD.substring(at + right.length());
    }
}
