package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.outbound.address.Resolver;
import ai.nexadesk.webhooks.testing.Receiver;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A host with several addresses")
class SeveralAddressesTest extends WithSender {

    private static final AddressPolicy WITH_IPV6 = new AddressPolicy(Set.of("127.0.0.0/8", "::1/128"));
    private static final Duration GENEROUS = Duration.ofSeconds(10);

    @ParameterizedTest(name = "is reached at the second one if {0} refuses the connection")
    @ValueSource(strings = {"127.0.0.2", "::1"})
    void firstRefuses(String refusing) throws Exception {
        for (int i = 0; i < 3; i++) {
            var outcome = sendTo(refusing, "127.0.0.1");
            assertThat(outcome.succeeded()).as(outcome.message()).isTrue();
        }
    }

    @Test
    @DisplayName("is reached at the third one if the first hangs and the second refuses")
    void firstHangs() throws Exception {
        try (var hanging = new ServerSocket(receiver.port(), 1, InetAddress.getByName("127.0.0.3"))) {
            var queue = new ArrayList<Socket>();
            for (int i = 0; i < 4; i++) {
                var filler = new Socket();
                queue.add(filler);
                try {
                    filler.connect(hanging.getLocalSocketAddress(), 50);
                } catch (java.net.SocketTimeoutException full) {
                    break;
                }
            }
            var outcome = sendTo("127.0.0.3", "127.0.0.2", "127.0.0.1");
            assertThat(outcome.succeeded()).as(outcome.message()).isTrue();
            for (var filler : queue) {
                filler.close();
            }
        }
    }

    @Test
    @DisplayName("that all refuse fails with the error of the first one")
    void allRefuse() throws Exception {
        var outcome = sendTo("127.0.0.2", "127.0.0.3", "127.0.0.4");
        assertThat(outcome.errorCode()).isEqualTo(ErrorCode.CONNECTION_REFUSED);
    }

    @Test
    @DisplayName("of which one is private gets no connection")
    void onePrivate() throws Exception {
        assertThat(sendTo("127.0.0.1", "127.0.0.2", "10.0.0.1").errorCode()).isEqualTo(ErrorCode.ADDRESS_BLOCKED);
        assertThat(receiver.requests()).isEmpty();
    }

    @ParameterizedTest(name = "is reached even if queries for records of type {0} are never answered")
    @ValueSource(ints = {1, 28})
    void oneFamilyIsSilent(int type) throws Exception {
        try (var dns = FakeDns.start();
                var resolver = new DnsResolver(vertx, List.of(dns.server()));
                var ipv6 = Receiver.start("::1");
                var patient = new HttpSender(vertx, WITH_IPV6, resolver, GENEROUS, now::get)) {
            dns.answer("hooks.example.com", List.of("127.0.0.1", "::1"));
            dns.ignore(type);
            int port = type == 1 ? ipv6.port() : receiver.port();
            for (int i = 0; i < 3; i++) {
                var outcome = send(patient, "http://hooks.example.com:" + port + "/");
                assertThat(outcome.succeeded()).as(outcome.message()).isTrue();
                assertThat(outcome.timing().dns()).isLessThan(Duration.ofMillis(1900));
            }
        }
    }

    private Outcome sendTo(String... literals) throws Exception {
        var addresses = new ArrayList<InetAddress>();
        for (var literal : literals) {
            addresses.add(InetAddress.getByName(literal));
        }
        Resolver several = host -> CompletableFuture.completedStage(addresses);
        try (var patient = new HttpSender(vertx, WITH_IPV6, several, GENEROUS, now::get)) {
            return send(patient, "http://hooks.example.com:" + receiver.port() + "/");
        }
    }
}
