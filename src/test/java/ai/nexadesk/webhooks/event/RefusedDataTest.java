package ai.nexadesk.webhooks.event;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Data that a JavaScript receiver would misread, or that could harm it, is rejected")
class RefusedDataTest {

    @ParameterizedTest
    @ValueSource(strings = {"9007199254740992", "-9007199254740992", "12345678901234567", "99999999999999999999"})
    void anIntegerThatADoubleCannotTellFromItsNeighbours(String number) {
        var refusal = PublishingRequests.refusalOfData("{\"sums\":[1,{\"amount\":" + number + "}]}");

        assertThat(refusal.code()).isEqualTo("unsafe_integer");
        assertThat(refusal.path()).isEqualTo("$.data.sums[1].amount");
        assertThat(refusal)
                .hasMessageStartingWith("$.data.sums[1].amount: ")
                .hasMessageEndingWith("Send it as a string.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e309", "-1.8e308", "1e99999999999", "0.1e400"})
    void aNumberThatADoubleCannotHold(String number) {
        var refusal = PublishingRequests.refusalOfData("{\"n\":" + number + "}");

        assertThat(refusal.code()).isEqualTo("number_overflow");
        assertThat(refusal.path()).isEqualTo("$.data.n");
        assertThat(refusal).hasMessageContaining("double").hasMessageEndingWith("Send it as a string.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"a\":1} | $.data.a",
                "{\"é\":1,\"\\u00e9\":2} | $.data[\"é\"]",
                "{\"x\":[{\"1\":0,\"b\":0,\"1\":0}]} | $.data.x[0][\"1\"]",
                "{\"\":1,\"\":2} | $.data[\"\"]",
            })
    void aMemberThatOccursTwice(String data, String path) {
        var refusal = PublishingRequests.refusalOfData(data);

        assertThat(refusal.code()).isEqualTo("duplicate_member");
        assertThat(refusal.path()).isEqualTo(path);
        assertThat(refusal).hasMessage(path + ": this field occurs twice. Send each field once.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"__proto__\":{}} | $.data.__proto__",
                "{\"a\":[{\"\\u005f_proto__\":1}]} | $.data.a[0].__proto__",
                "{\"constructor\":{\"prototype\":{}}} | $.data.constructor.prototype",
                "{\"a\":{\"constructor\":{\"x\":1,\"prototype\":null}}} | $.data.a.constructor.prototype",
            })
    void aMemberThatPollutesPrototypes(String data, String path) {
        var refusal = PublishingRequests.refusalOfData(data);

        assertThat(refusal.code()).isEqualTo("unsafe_member");
        assertThat(refusal.path()).isEqualTo(path);
        assertThat(refusal).hasMessageContaining("harm").hasMessageEndingWith("Use a different name.");
    }

    @Test
    void objectsAndArraysNestedDeeperThan64() {
        var refusal = PublishingRequests.refusalOfData("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}");

        assertThat(refusal.code()).isEqualTo("too_deep");
        assertThat(refusal.path()).isEqualTo("$.data.a" + "[0]".repeat(63));
        assertThat(refusal).hasMessageContaining("64").hasMessageEndingWith("Flatten the data.");
    }

    @Test
    void moreBytesThanAllowed() {
        assertThat(PublishingRequests.bodyOf(ofBytes(CanonicalJson.MAX_BYTES)))
                .hasSizeGreaterThan(CanonicalJson.MAX_BYTES);

        var refusal = PublishingRequests.refusalOfData(ofBytes(CanonicalJson.MAX_BYTES + 1));
        assertThat(refusal.code()).isEqualTo("data_too_large");
        assertThat(refusal.path()).isEqualTo("$.data");
        assertThat(refusal).hasMessageContaining("256 KiB").hasMessageEndingWith("Send less data.");
    }

    @Test
    void moreBytesThanAllowedInFewerCharacters() {
        // Each character takes three bytes.
        var refusal = PublishingRequests.refusalOfData("{\"s\":\"" + "日".repeat(CanonicalJson.MAX_BYTES / 3) + "\"}");

        assertThat(refusal.code()).isEqualTo("data_too_large");
    }

    @Test
    void countsTheBytesThatAreSentAndNotThoseThatWerePublished() {
        var escaped = "{ \"s\" : \"" + "\\u0061".repeat(CanonicalJson.MAX_BYTES - 8) + "\" }";

        assertThat(PublishingRequests.bodyOf(escaped)).endsWith("aaa\"}}");
    }

    private static String ofBytes(int bytes) {
        return "{\"s\":\"" + "x".repeat(bytes - 8) + "\"}";
    }
}
