package ai.nexadesk.webhooks.outbound.address;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("The address policy")
class AddressPolicyTest {

    private final AddressPolicy policy = new AddressPolicy(Set.of());

    @ParameterizedTest(name = "rejects {0}")
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.0.170",
                "192.0.2.1",
                "192.31.196.1",
                "192.52.193.1",
                "192.88.99.1",
                "192.168.0.1",
                "192.175.48.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.1.1.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "2620:4f:8000::1",
                "3fff::1",
                "fc00::1",
                "fd12:3456::1",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "::127.0.0.1",
                "5f00::1"
            })
    void refuses(String address) throws Exception {
        assertThat(policy.allows(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest(name = "allows {0}")
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "2001:4860:4860::8888",
                "2a00:1450::1",
                "::ffff:93.184.216.34"
            })
    void allows(String address) throws Exception {
        assertThat(policy.allows(InetAddress.getByName(address))).isTrue();
    }

    @Test
    @DisplayName("allows exactly the networks that the operator names")
    void operator() throws Exception {
        var allowing = new AddressPolicy(Set.of("10.20.0.0/16", "::1/128"));
        assertThat(allowing.allows(InetAddress.getByName("10.20.255.1"))).isTrue();
        assertThat(allowing.allows(InetAddress.getByName("10.21.0.1"))).isFalse();
        assertThat(allowing.allows(InetAddress.getByName("::1"))).isTrue();
    }

    @ParameterizedTest(name = "rejects {0} in the list of allowed networks")
    @ValueSource(strings = {"10.0.0.0/33", "example.com/8", "10.0.0/8", "::1/129"})
    void badNetworks(String network) {
        assertThatThrownBy(() -> new AddressPolicy(Set.of(network)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + network + "\"");
    }
}
