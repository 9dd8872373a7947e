package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.LoggedFaults;
import ai.nexadesk.webhooks.testing.RawHttp;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Sends random requests that try to break something. To use another seed, set {@code -Drandom.seed=2}. */
@QuarkusTest
@DisplayName("Random input to publishing, REST and pages")
class FuzzTest {

    private static final int REQUESTS = 2_400;

    /**
     * After this many requests, a new workspace is needed, because the requests sign people out and delete webhooks.
     */
    private static final int REQUESTS_A_WORKSPACE = 300;

    private static final int DEADLINE_MILLIS = 20_000;
    private static final long GROWTH = 64 << 20;

    private static final Pattern INSIDE =
            Pattern.compile("\\tat [\\w.$]+\\(|\\.java:\\d|(?:org\\.hibernate|org\\.postgresql"
                    + "|io\\.quarkus|io\\.vertx|jakarta\\.|ai\\.nexadesk)\\.\\w|SQLSTATE|row-level security|violates ");

    @TestHTTPResource
    URL server;

    private final long seed = Long.getLong("random.seed", 1L);
    private final List<String> problems = new ArrayList<>();
    private LoggedFaults log;

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private HostileRequests requests;

    @BeforeEach
    void listen() {
        log = LoggedFaults.listen();
        requests = new HostileRequests(receiver, seed);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    @DisplayName("gets a timely response, without a 500, internals or a memory leak")
    void survives() throws Exception {
        long before = 0;
        for (int i = 0; i < REQUESTS && problems.size() < 30; i++) {
            if (i % REQUESTS_A_WORKSPACE == 0) {
                requests.beginAnew();
            }
            if (i == REQUESTS / 3) {
                before = usedMemory();
            }
            var request = requests.next();
            var what = "-Drandom.seed=" + seed + ", request " + i + ": " + shown(request.bytes());
            try {
                var reply = RawHttp.send(server.getPort(), request.bytes(), request.mutated(), DEADLINE_MILLIS);
                judge(what, reply);
            } catch (SocketTimeoutException e) {
                problems.add("No response in time to " + what);
            }
        }
        assertThat(problems).isEmpty();
        assertThat(usedMemory() - before)
                .as("growth in bytes after the first third, -Drandom.seed=" + seed)
                .isLessThan(GROWTH);
        // The application still works.
        receiver.answer(Answer.status(200));
        var api = Api.ofNewWorkspace();
        var webhook = api.createWebhook(receiver.url("/after"), "*");
        api.await(webhook, api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}")), "delivered", 1);
    }

    private void judge(String what, RawHttp.Reply reply) {
        var faults = log.take();
        if (reply.status() >= 500 || !faults.isEmpty()) {
            problems.add(reply.status() + " " + faults + " for " + what);
        }
        var inside = INSIDE.matcher(reply.text());
        // The guides for receivers contain code.
        if (!what.contains(" /docs") && inside.find()) {
            problems.add(inside.group() + " in the response to " + what + "\n" + reply.text());
        }
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static String shown(byte[] request) {
        var text = new String(request, StandardCharsets.UTF_8);
        return text.length() > 3_000 ? text.substring(0, 3_000) + "…" : text;
    }
}
