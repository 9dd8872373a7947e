package ai.nexadesk.webhooks.outbound.address;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Tests every URL in {@code hostile-urls.json}. None of them may be connected to in production. */
@DisplayName("A hostile URL")
class HostileUrlsTest {

    private static final UrlRules PRODUCTION = new UrlRules(false, Set.of());
    private static final UrlRules DEVELOPMENT = new UrlRules(true, Set.of());
    private static final AddressPolicy PUBLIC_ONLY = new AddressPolicy(Set.of());

    static Stream<Arguments> table() throws IOException {
        try (var json = HostileUrlsTest.class.getResourceAsStream("/hostile-urls.json")) {
            return new ObjectMapper()
                    .readValue(json, new TypeReference<Map<String, List<String>>>() {}).entrySet().stream()
                            .map(kind -> Arguments.of(kind.getKey(), kind.getValue()));
        }
    }

    @ParameterizedTest(name = "is rejected by the parser or because of its address: {0}")
    @MethodSource("table")
    void isRefused(String kind, List<String> urls) throws Exception {
        var accepted = new ArrayList<String>();
        for (var url : urls) {
            if (mayBeConnectedTo(url, PRODUCTION)) {
                accepted.add(url);
            }
        }
        assertThat(accepted).isEmpty();
    }

    @ParameterizedTest(name = "has the same host in a lenient parser as in ours: {0}")
    @MethodSource("table")
    void isNotReadTwice(String kind, List<String> urls) {
        for (var url : urls) {
            try {
                var read = EndpointUrl.parse(url, DEVELOPMENT);
                // Every other parser must read our normalized URL in the same way.
                var other = java.net.URI.create(read.toString());
                assertThat(other.getHost().replaceAll("[\\[\\]]", "")).as(url).isEqualTo(read.host());
                assertThat(other.getUserInfo()).as(url).isNull();
                assertThat(other.getFragment()).as(url).isNull();
                assertThat(EndpointUrl.parse(read.toString(), DEVELOPMENT)).isEqualTo(read);
            } catch (InvalidUrlException refused) {
                assertThat(refused.getMessage()).endsWith(".").doesNotContain("Exception");
            }
        }
    }

    /**
     * Whether the sender may connect to this URL. An accepted name counts, because its owner could point it at any
     * address.
     */
    private static boolean mayBeConnectedTo(String url, UrlRules rules) throws Exception {
        try {
            var host = EndpointUrl.parse(url, rules).host();
            var literal = Network.literal(host);
            return literal == null || PUBLIC_ONLY.allows(InetAddress.getByAddress(literal));
        } catch (InvalidUrlException refused) {
            return false;
        }
    }
}
