package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.testing.ApiDescription;
import ai.nexadesk.webhooks.testing.ApiDescription.Operation;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("Every operation of the API answers as described")
class OpenApiFaultsTest {

    @Inject
    DataSource pages;

    @Inject
    @Engine
    DataSource engine;

    @ConfigProperty(name = "quarkus.datasource.jdbc.max-size")
    int pagesConnections;

    @ConfigProperty(name = "quarkus.datasource.engine.jdbc.max-size")
    int engineConnections;

    private ApiDescription description;
    private DescribedRequests requests;

    @BeforeEach
    void fill() throws Exception {
        description = ApiDescription.read();
        requests = new DescribedRequests();
    }

    @AfterEach
    void close() throws Exception {
        requests.close();
    }

    @Test
    @DisplayName("if no database connection is free: retry in a few seconds")
    void overloaded() throws Exception {
        var held = hold(pages, pagesConnections);
        try {
            expect(503, Operation::isExternal, answer -> assertUnavailable(answer));
        } finally {
            release(held);
        }
        var heldOfEngine = hold(engine, engineConnections);
        try {
            expect(503, operation -> !operation.path().contains("/erasures"), answer -> assertUnavailable(answer));
        } finally {
            release(heldOfEngine);
        }
    }

    private static void assertUnavailable(Response answer) {
        assertThat(answer.<String>path("code")).isEqualTo("unavailable");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    }

    private static List<Connection> hold(DataSource pool, int connections) throws Exception {
        // Each connection is opened by another thread, as in an overload.
        var tasks = IntStream.range(0, connections)
                .mapToObj(i -> (Callable<Connection>) pool::getConnection)
                .toList();
        return all(tasks);
    }

    private static void release(List<Connection> held) throws SQLException {
        for (var connection : held) {
            connection.close();
        }
    }

    @Test
    @DisplayName("on an internal error: a reference, without details")
    void faulty() throws Exception {
        execute(
                "revoke select on webhook, delivery, event, job, api_key, alert_channel, audit_entry, body_retention from nexadesk_workspace");
        try {
            expect(500, operation -> operation.isExternal() && !isWithoutDatabase(operation), answer -> {
                assertThat(answer.<String>path("code")).isEqualTo("internal_error");
                assertThat(answer.<String>path("error"))
                        .matches("Something went wrong on our side\\. Reference [0-9a-f-]{13}\\.");
            });
        } finally {
            execute(
                    "grant select on webhook, delivery, event, job, api_key, alert_channel, audit_entry, body_retention to nexadesk_workspace");
        }
        execute("revoke select on api_key from nexadesk_entry");
        try {
            // A request with a body is authenticated before it is counted.
            expect(
                    500,
                    operation -> operation.isExternal() && operation.method().equals("get"),
                    answer -> assertThat(answer.<String>path("code")).isEqualTo("internal_error"));
        } finally {
            execute("grant select on api_key to nexadesk_entry");
        }
    }

    /** Whether the operation reads no table. */
    private static boolean isWithoutDatabase(Operation operation) {
        return operation.path().startsWith("/api/v1/external/event-types")
                || operation.path().endsWith("/egress-addresses");
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private interface Expectation {
        void check(Response answer);
    }

    private void expect(int status, Predicate<Operation> which, Expectation more) throws Exception {
        var operations = description.operations().stream().filter(which).toList();
        var tasks = operations.stream()
                .map(operation -> (Callable<Response>) () -> sendInTurn(operation))
                .toList();
        var answers = all(tasks);
        Map<String, String> wrong = new HashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).statusCode() != status) {
                wrong.put(
                        operations.get(i).toString(),
                        answers.get(i).statusCode() + " " + answers.get(i).asString());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(answers).hasSizeGreaterThan(10);
        for (int i = 0; i < answers.size(); i++) {
            description.expect(operations.get(i), answers.get(i));
            more.check(answers.get(i));
        }
    }

    /** Retries while too many costly requests of the same caller are running. */
    private Response sendInTurn(Operation operation) {
        return Await.until(
                "a free slot", Duration.ofSeconds(30), () -> send(operation), answer -> answer.statusCode() != 429);
    }

    private Response send(Operation operation) {
        return requests.send(
                operation.isExternal()
                        ? requests.api.request()
                        : given().header("Authorization", "Bearer test-publisher-token")
                                .contentType("application/json"),
                operation);
    }

    /** Runs the tasks at the same time. Each of them waits up to the pool's timeout. */
    private static <T> List<T> all(List<Callable<T>> tasks) throws Exception {
        var threads = Executors.newFixedThreadPool(tasks.size());
        try {
            var results = new ArrayList<T>();
            for (Future<T> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }
}
