package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.embedded.FreePort;
import io.quarkus.test.junit.QuarkusTestProfile;

import java.util.Map;

/**
 * An installation behind trusted proxies, with OpenID Connect and a rate limit. Several tests share it, because every
 * profile starts the application again.
 */
public final class InstallationProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        var port = Integer.toString(FreePort.choose());
        return Map.of(
                "quarkus.http.test-port",
                port,
                "nexadesk.public-url",
                "http://localhost:" + port,
                "nexadesk.trusted-proxies",
                "127.0.0.1,10.1.0.0/16,2001:db8:1::/48",
                "nexadesk.api.requests-per-minute",
                "100",
                "nexadesk.openid.issuer",
                FakeProvider.issuer(FreePort.choose()),
                "nexadesk.openid.client-id",
                FakeProvider.CLIENT_ID,
                "nexadesk.openid.client-secret",
                FakeProvider.CLIENT_SECRET,
                "nexadesk.openid.name",
                "Example ID");
    }
}
