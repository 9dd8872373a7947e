package ai.nexadesk.webhooks.event;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("An event's time and ID")
class EventTimeAndIdTest {

    @ParameterizedTest
    @CsvSource({
        "2026-03-20T14:00:00.000Z, 2026-03-20T14:00:00.000Z",
        "2026-03-20T14:00:00Z, 2026-03-20T14:00:00.000Z",
        "2026-03-20T14:00:00.9999999Z, 2026-03-20T14:00:00.999Z",
        "2026-03-20T19:30:00.5+05:30, 2026-03-20T14:00:00.500Z",
        "2026-01-01T00:00:00+00:01, 2025-12-31T23:59:00.000Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z",
        "2024-02-29T00:00:00-00:00, 2024-02-29T00:00:00.000Z",
    })
    void theTimeIsWrittenInUtcWithMilliseconds(String given, String written) {
        var event = PublishingRequests.parse(withTime(given)).get(0);

        assertThat(event.timestamp()).isEqualTo(Instant.parse(written));
        assertThat(event.body()).asString(StandardCharsets.UTF_8).contains("\"timestamp\":\"" + written + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026-03-20",
                "2026-03-20T14:00:00",
                "2026-03-20 14:00:00Z",
                "2026-02-30T00:00:00Z",
                "2026-03-20T24:00:00Z",
                "2026-03-20T23:59:60Z",
                "0000-01-01T00:00:00Z",
                "0001-01-01T00:00:00+01:00",
                "9999-12-31T23:59:59-01:00",
                "+10000-01-01T00:00:00Z",
                "-0001-01-01T00:00:00Z",
                "1774015200",
                "+999999999-12-31T23:59:59-18:00"
            })
    void whatIsNoTimeIsRefused(String given) {
        var refusal = PublishingRequests.refusal(withTime(given));

        assertThat(refusal.code()).isEqualTo("invalid_timestamp");
        assertThat(refusal.path()).isEqualTo("$.timestamp");
        assertThat(refusal).hasMessageContaining("ISO 8601").hasMessageContaining("2026-03-20T14:00:00.000Z");
    }

    @Test
    void anEventWithoutTimeGetsThePresentInMilliseconds() {
        var event = PublishingRequests.parse(withTime("").replace("\"timestamp\":\"\",", ""))
                .get(0);

        assertThat(event.timestamp()).isEqualTo(PublishingRequests.NOW);
        assertThat(event.body())
                .asString(StandardCharsets.UTF_8)
                .contains("\"timestamp\":\"2026-03-20T14:00:00.123Z\"");
    }

    @Test
    void anEventWithoutIdGetsOneThatSortsByTime() {
        var earlier = EventIds.next(Instant.parse("2026-03-20T14:00:00.000Z"));
        var later = EventIds.next(Instant.parse("2026-03-20T14:00:00.001Z"));

        assertThat(earlier).matches("evt_[0-9a-hjkmnp-tv-z]{26}").isLessThan(later);
        assertThat(PublishingRequests.parse(withTime("2026-03-20T14:00:00Z"))
                        .get(0)
                        .id())
                .isBetween(
                        EventIds.next(PublishingRequests.NOW.minusMillis(1)),
                        EventIds.next(PublishingRequests.NOW.plusMillis(1)));
    }

    @Test
    void idsThatAreMadeDiffer() {
        var ids = new HashSet<String>();
        IntStream.range(0, 10_000).forEach(i -> ids.add(EventIds.next(PublishingRequests.NOW)));

        assertThat(ids).hasSize(10_000);
    }

    @Test
    void theSameIdTwiceIsLeftToTheStorage() {
        var event = withTime("2026-03-20T14:00:00Z").replace("{\"event\"", "{\"id\":\"a\",\"event\"");

        assertThat(PublishingRequests.parse("[" + event + "," + event + "]"))
                .extracting(NewEvent::id)
                .containsExactly("a", "a");
    }

    private static String withTime(String time) {
        return PublishingRequests.eventWith("{}").replace("2026-03-20T14:00:00.000Z", time);
    }
}
