package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.testing.Receiver;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The Host header of an IP address")
class HostHeaderTest extends WithSender {

    private static final AddressPolicy WITH_IPV6 = new AddressPolicy(Set.of("127.0.0.0/8", "::1/128"));

    @TempDir
    Path directory;

    @Test
    @DisplayName("has an IPv6 address in brackets")
    void brackets() throws Exception {
        try (var ipv6 = Receiver.start("::1");
                var patient = sender(List.of())) {
            var outcome = send(patient, "http://[::1]:" + ipv6.port() + "/");
            assertThat(outcome.succeeded()).as(outcome.message()).isTrue();
            assertThat(ipv6.requests().get(0).header("host")).isEqualTo("[::1]:" + ipv6.port());
        }
    }

    @ParameterizedTest(name = "is {1} over TLS too, and no server name is indicated")
    @CsvSource({"::1, [::1]", "127.0.0.1, 127.0.0.1"})
    void overTls(String address, String host) throws Exception {
        var authority = TlsReceiver.Authority.create(directory.resolve("ca.p12"));
        try (var receiver = authority.issueForAddress(address);
                var patient = sender(List.of(authority.certificate()))) {
            var outcome = send(patient, "https://" + host + ":" + receiver.port() + "/");
            assertThat(outcome.succeeded()).as(outcome.message()).isTrue();
            assertThat(receiver.requests().get(0)).contains("host: " + host + ":" + receiver.port() + "\r\n");
            assertThat(receiver.askedFor()).isEmpty();
        }
    }

    private HttpSender sender(List<java.security.cert.X509Certificate> trusted) {
        return new HttpSender(
                vertx,
                WITH_IPV6,
                new DnsResolver(vertx, List.of()),
                Duration.ofSeconds(10),
                now::get,
                HttpSender.Options.DEFAULT.trusting(trusted));
    }
}
