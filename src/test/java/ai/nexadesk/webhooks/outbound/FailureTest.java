package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.UrlRules;
import io.netty.channel.ChannelException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.net.SocketException;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A failure to send")
class FailureTest {

    @Test
    @DisplayName("without a local socket does not blame the endpoint")
    void noSocket() throws Exception {
        var url = EndpointUrl.parse("https://hooks.example.com/", new UrlRules(false, Set.of()));
        var error = new ChannelException("Failed to open a socket.", new SocketException("Too many open files"));
        assertThat(Failure.of(error, url).code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
    }
}
