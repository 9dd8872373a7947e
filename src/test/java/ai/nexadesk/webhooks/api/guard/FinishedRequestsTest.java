package ai.nexadesk.webhooks.api.guard;

import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.vertx.ext.web.impl.RoutingContextImpl;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that have been answered or rejected must take no memory. At 1,000 requests a second, those of one minute
 * would fill the heap.
 */
@QuarkusTest
class FinishedRequestsTest {

    private static final int REQUESTS = 100;

    @Test
    void areForgotten() throws JMException {
        var workspace = TestWorkspace.create();
        var event = "{\"event\":\"lead.created\",\"workspace_id\":\"" + workspace.id()
                + "\",\"data\":{\"visitor_name\":1}}";
        int before = living(RoutingContextImpl.class);
        for (int i = 0; i < REQUESTS; i++) {
            json(event).header("Authorization", "Bearer test-publisher-token").post("/api/v1/internal/events");
            json(event).post("/api/v1/internal/events");
            json(event).post("/api/v1/external/webhooks");
            json(event).post("/no/such/path");
            given().formParam("email", "nobody").post("/login");
        }
        // If one kind of request leaked, there would be REQUESTS more. Each open connection of other tests keeps its
        // last request.
        assertThat(living(RoutingContextImpl.class) - before).isLessThan(REQUESTS / 2);
    }

    private static RequestSpecification json(String body) {
        return given().contentType("application/json").body(body);
    }

    /** The number of objects of a class that are left after a garbage collection. */
    private static int living(Class<?> type) throws JMException {
        var histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return Pattern.compile("(\\d+) +\\d+ +" + Pattern.quote(type.getName()) + "( |$)", Pattern.MULTILINE)
                .matcher(histogram)
                .results()
                .mapToInt(line -> Integer.parseInt(line.group(1)))
                .sum();
    }
}
