package ai.nexadesk.webhooks.webhook.egress;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The source addresses of requests")
class EgressAddressesTest {

    private final Api api = Api.ofNewWorkspace();

    @Test
    @DisplayName("are in REST, the webhook form and the guide")
    void told() {
        assertThat(api.get("/egress-addresses").getList("data.addresses"))
                .isEqualTo(java.util.List.of("203.0.113.7", "2001:db8::/64"));
        var admin = Visitor.signedIn(api.workspace().admin());
        for (var page : new String[] {"/settings/webhooks/new", "/docs"}) {
            assertThat(admin.get(page).asString()).contains("<code>203.0.113.7</code>", "<code>2001:db8::/64</code>");
        }
    }
}
