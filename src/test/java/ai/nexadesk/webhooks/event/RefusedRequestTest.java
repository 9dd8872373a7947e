package ai.nexadesk.webhooks.event;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Collections;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A request that is not an event or a list of events in JSON is rejected")
class RefusedRequestTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\":",
                "{'event':1}",
                "{\"event\":NaN}",
                "{\"event\":01}",
                "{\"id\":\"1\",}",
                "[",
                "{\"data\":{\"s\":\"\n\"}}",
                "{\"data\":{\"s\":\"\\x\"}}",
                "{\"data\":{\"n\":1.}}",
                "{\"data\":{\"n\":+1}}",
                "// none\n{}",
                "\u0000{}"
            })
    void malformedJson(String request) {
        var refusal = PublishingRequests.refusal(request);

        assertThat(refusal.code()).isEqualTo("malformed_json");
        assertThat(refusal).hasMessageContaining("not valid JSON").hasMessageFindingMatch("line \\d+, column \\d+");
    }

    @Test
    void namesTheLineAndColumnOfMalformedJson() {
        assertThat(PublishingRequests.refusal("{\n  \"event\" \"lead.created\"}"))
                .hasMessageContaining("line 2, column 11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "}", "]", ",", "x", "1", "\u0000"})
    void somethingAfterTheEnd(String rest) {
        assertThat(PublishingRequests.refusal(PublishingRequests.eventWith("{}") + rest)
                        .code())
                .isEqualTo("malformed_json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1", "\"text\"", "null", "true"})
    void neitherAnObjectNorAnArray(String request) {
        var refusal = PublishingRequests.refusal(request);

        assertThat(refusal.code()).isEqualTo("malformed_json");
        assertThat(refusal).hasMessageContaining("send one event as a JSON object, or an array of events");
    }

    @Test
    void aByteOrderMark() {
        var refusal = PublishingRequests.refusal("\ufeff" + PublishingRequests.eventWith("{}"));

        assertThat(refusal.code()).isEqualTo("byte_order_mark");
        assertThat(refusal).hasMessageEndingWith("byte order mark. Remove it.");
    }

    @ParameterizedTest
    @CsvSource({
        "c0af, overlong",
        "eda0bd, a surrogate",
        "f4908080, beyond Unicode",
        "ff, never",
        "c3, cut",
        "e9, Latin-1"
    })
    void invalidUtf8(String bytes, String what) {
        var request = new String(java.util.HexFormat.of().parseHex(bytes), StandardCharsets.ISO_8859_1);
        var refusal = PublishingRequests.refusal(
                PublishingRequests.eventWith("{\"s\":\"" + request + "\"}").getBytes(StandardCharsets.ISO_8859_1));

        assertThat(refusal.code()).as(what).isEqualTo("invalid_utf8");
        assertThat(refusal).hasMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void otherEncodings(String charset) throws Exception {
        assertThat(PublishingRequests.refusal(PublishingRequests.eventWith("{}").getBytes(charset))
                        .code())
                .isEqualTo("malformed_json");
    }

    @Test
    void anEmptyArray() {
        var refusal = PublishingRequests.refusal("[]");

        assertThat(refusal.code()).isEqualTo("no_events");
        assertThat(refusal).hasMessage("$: the array is empty. Send at least one event.");
    }

    @Test
    void moreThanAThousandEvents() {
        var thousand = String.join(",", Collections.nCopies(1_000, PublishingRequests.eventWith("{}")));

        assertThat(PublishingRequests.parse("[" + thousand + "]")).hasSize(1_000);

        var refusal = PublishingRequests.refusal("[" + thousand + ",{}]");
        assertThat(refusal.code()).isEqualTo("too_many_events");
        assertThat(refusal).hasMessage("$: send at most 1000 events at once.");
    }

    @Test
    void oneBadEventAmongGoodOnes() {
        var refusal = PublishingRequests.refusal(
                "[" + PublishingRequests.eventWith("{}") + "," + PublishingRequests.eventWith("{\"n\":1e999}") + "]");

        assertThat(refusal.path()).isEqualTo("$[1].data.n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[[{}]]", "[null]", "[1]"})
    void anElementThatIsNoEvent(String request) {
        var refusal = PublishingRequests.refusal(request);

        assertThat(refusal.code()).isEqualTo("wrong_type");
        assertThat(refusal).hasMessage("$[0]: an event must be a JSON object.");
    }

    @Test
    void endlessNestingAtOnce() {
        var deep = "[".repeat(8 << 20);

        assertThat(PublishingRequests.refusal(deep).code()).isEqualTo("wrong_type");
        assertThat(PublishingRequests.refusalOfData("{\"a\":" + deep).code()).isEqualTo("too_deep");
    }

    @Test
    void numbersOfThousandsOfDigits() {
        var digits = "1".repeat(10_000);

        assertThat(PublishingRequests.refusalOfData("{\"n\":" + digits + "}").path())
                .isEqualTo("$.data.n");
        assertThat(PublishingRequests.refusalOfData("{\"n\":" + digits + ".5}").code())
                .isEqualTo("number_overflow");
        assertThat(PublishingRequests.bodyOf("{\"n\":0." + digits + "}")).endsWith("{\"n\":0.1111111111111111}}");
    }

    @Test
    void namesThatShareOneHash() {
        // "Aa" and "BB" have the same String.hashCode(), and so do all sequences of them with the same length.
        var data = new StringBuilder("{");
        for (int i = 0; i < 1 << 13; i++) {
            var bits = Integer.toBinaryString(1 << 13 | i).substring(1);
            data.append(i == 0 ? "\"" : ",\"")
                    .append(bits.replace("0", "Aa").replace("1", "BB"))
                    .append("\":0");
        }
        var json = data.append('}').toString();

        assertThat(PublishingRequests.bodyOf(json)).isEqualTo(PublishingRequests.eventWith(json));
    }
}
