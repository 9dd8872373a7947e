package ai.nexadesk.webhooks.api.guard;

import io.netty.util.NetUtil;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The open connections of a client")
class ConnectionCountsTest {

    private final ConnectionCounts open =
            new ConnectionCounts(2, address -> address.getHostAddress().equals("192.0.2.9"));

    @Test
    @DisplayName("are limited, and closed ones do not count")
    void limited() {
        assertThat(enter("192.0.2.1")).isTrue();
        assertThat(enter("192.0.2.1")).isTrue();
        assertThat(enter("192.0.2.1")).isFalse();
        assertThat(enter("192.0.2.2")).isTrue();
        open.leave(address("192.0.2.1"));
        assertThat(enter("192.0.2.1")).isTrue();
        assertThat(enter("192.0.2.1")).isFalse();
    }

    @Test
    @DisplayName("are counted together for the first 64 bits of an IPv6 address")
    void networks() {
        assertThat(enter("2001:db8:1:1::1")).isTrue();
        assertThat(enter("2001:db8:1:1:ffff::2")).isTrue();
        assertThat(enter("2001:db8:1:1:8::3")).isFalse();
        assertThat(enter("2001:db8:1:2::1")).isTrue();
    }

    @Test
    @DisplayName("are not counted for a proxy, or without a limit")
    void unlimited() {
        var any = new ConnectionCounts(0, address -> false);
        for (int i = 0; i < 10; i++) {
            assertThat(enter("192.0.2.9")).isTrue();
            assertThat(any.enter(address("192.0.2.1"))).isTrue();
        }
    }

    private boolean enter(String address) {
        return open.enter(address(address));
    }

    private static InetAddress address(String literal) {
        return NetUtil.createInetAddressFromIpAddressString(literal);
    }
}
