package ai.nexadesk.webhooks.testing;

import io.quarkus.test.junit.callback.QuarkusTestBeforeEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import io.restassured.RestAssured;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.LogConfig;
import org.apache.http.conn.scheme.SchemeRegistry;
import org.apache.http.impl.client.DefaultHttpClient;
import org.apache.http.impl.conn.BasicClientConnectionManager;
import org.apache.http.impl.conn.SchemeRegistryFactory;

/**
 * Avoids work in REST Assured that takes a tenth of the tests' time: indenting each body for a log that is printed only
 * if a test fails, and creating an SSL context for each request. REST Assured requires this deprecated HTTP client.
 */
@SuppressWarnings("deprecation")
public final class LeanRestAssured implements QuarkusTestBeforeEachCallback {

    private static final SchemeRegistry SCHEMES = SchemeRegistryFactory.createDefault();

    @Override
    public void beforeEach(QuarkusTestMethodContext context) {
        RestAssured.config = RestAssured.config()
                .logConfig(LogConfig.logConfig().enablePrettyPrinting(false))
                .httpClient(HttpClientConfig.httpClientConfig()
                        .httpClientFactory(() -> new DefaultHttpClient(new BasicClientConnectionManager(SCHEMES))));
    }
}
