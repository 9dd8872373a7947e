package ai.nexadesk.webhooks.outbound;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Retry-After")
class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-03-20T14:00:00Z");

    @ParameterizedTest(name = "of \"{0}\" means {1} seconds")
    @CsvSource(delimiter = '|', textBlock = """
                    0 | 0
                    120 | 120
                    '  120 ' | 120
                    000000000000000000060 | 60
                    Fri, 20 Mar 2026 14:02:00 GMT | 120
                    fri, 20 mar 2026 14:02:00 GMT | 120
                    Mon, 20 Mar 2026 14:02:00 GMT | 120
                    Fri, 20 Mar 2026 14:02:00 +0000 | 120
                    Friday, 20-Mar-26 14:02:00 GMT | 120
                    Fri Mar 20 14:02:00 2026 | 120
                    Sun Mar  1 14:02:00 2026 | 0
                    Wed Apr  1 14:00:00 2026 | 1036800
                    Sun, 06 Nov 1994 08:49:37 GMT | 0
                    Sunday, 06-Nov-94 08:49:37 GMT | 0
                    Sun Nov  6 08:49:37 1994 | 0
                    """)
    void understood(String value, long seconds) {
        assertThat(RetryAfter.parse(value, NOW)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest(name = "of \"{0}\" is ignored")
    @ValueSource(
            strings = {
                "",
                " ",
                "-1",
                "+5",
                "1.5",
                "1e3",
                "soon",
                "5 minutes",
                "Fri, 20 Mar 2026",
                "Fri, 32 Mar 2026 14:02:00 GMT",
                "2026-03-20T14:02:00Z",
                "Friday, 20-Mar-26",
                "Fri Mar 20 2026"
            })
    void notUnderstood(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isEmpty();
    }

    @ParameterizedTest(name = "of {0} seconds means a very long time")
    @ValueSource(strings = {"1000000000", "9223372036854775808", "99999999999999999999999999999999"})
    void huge(String value) {
        assertThat(RetryAfter.parse(value, NOW))
                .hasValueSatisfying(wait -> assertThat(wait).isGreaterThan(Duration.ofDays(365)));
    }

    @Test
    @DisplayName("with a two-digit year means a year in the past if the future one is more than 50 years ahead")
    void fiftyYears() {
        assertThat(RetryAfter.parse("Friday, 20-Mar-76 13:59:59 GMT", NOW))
                .hasValueSatisfying(wait -> assertThat(wait).isGreaterThan(Duration.ofDays(18_000)));
        assertThat(RetryAfter.parse("Friday, 20-Mar-76 14:00:01 GMT", NOW)).contains(Duration.ZERO);
        assertThat(RetryAfter.parse("Sunday, 20-Mar-77 14:00:00 GMT", NOW)).contains(Duration.ZERO);
    }

    @ParameterizedTest(name = "{0} to \"{1}\": {2}")
    @CsvSource({
        "304, '', which does not confirm the delivery",
        "304, /elsewhere, which does not confirm the delivery",
        "300, /elsewhere, which does not confirm the delivery",
        "305, /proxy, which does not confirm the delivery",
        "306, '', which does not confirm the delivery",
        "302, '', which does not confirm the delivery",
        "301, /elsewhere, use the final URL",
        "308, /elsewhere, use the final URL"
    })
    @DisplayName("is not needed for the message about a redirect, which fits its status and location")
    void redirects(int status, String location, String expected) {
        List<Header> headers = location.isEmpty() ? List.of() : List.of(new Header("location", location));
        var answer = new Outcome.Responded(NOW, Duration.ZERO, Timing.NONE, status, headers, new byte[0], false);
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.REDIRECT);
        assertThat(answer.message())
                .startsWith("Your endpoint responded with " + status)
                .contains(expected)
                .endsWith(".");
    }
}
