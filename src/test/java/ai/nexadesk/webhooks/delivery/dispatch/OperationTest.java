package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.delivery.queue.BacklogAge;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jakarta.inject.Inject;

import static ai.nexadesk.webhooks.testing.Metrics.scrape;
import static ai.nexadesk.webhooks.testing.Metrics.value;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@QuarkusTest
@DisplayName("Operators")
class OperationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern METRIC = Pattern.compile("\\b(?:nexadesk|agroal|jvm|process)_[a-z_]+");

    /** A label and its metric: {@code name{label="} or {@code by (label) (rate(name}. */
    private static final Pattern LABEL =
            Pattern.compile("(?<name>\\w+)\\{(?<label>\\w+)=|by \\((?<by>\\w+)\\) \\((?:rate\\()?(?<of>\\w+)");

    @Inject
    @Engine
    Jdbi engine;

    @Inject
    SettableClock clock;

    private final Api api = Api.ofNewWorkspace();

    @Test
    @DisplayName("see events and attempts counted by their outcome, with durations")
    void counted() throws Exception {
        try (var receiver = Receiver.start()) {
            receiver.answer(Answer.status(200));
            var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
            double events = value("nexadesk_events_total{outcome=\"accepted\"}");
            double delivered = value("nexadesk_attempts_seconds_count{outcome=\"delivered\"}");
            double refused = value("nexadesk_attempts_seconds_count{outcome=\"http_status\"}");
            api.await(webhook, api.deliveryOf(webhook, api.publish("lead.created", "{}")), "delivered", 1);
            receiver.answer(Answer.status(500));
            api.await(webhook, api.deliveryOf(webhook, api.publish("lead.created", "{}")), "retrying", 1);

            assertThat(value("nexadesk_events_total{outcome=\"accepted\"}")).isEqualTo(events + 2);
            Await.until(
                    "both attempts",
                    PATIENCE,
                    () -> value("nexadesk_attempts_seconds_count{outcome=\"delivered\"}")
                            + value("nexadesk_attempts_seconds_count{outcome=\"http_status\"}"),
                    count -> count >= delivered + refused + 2);
            assertThat(value("nexadesk_publishing_seconds_count")).isGreaterThanOrEqualTo(2);
            assertThat(value("nexadesk_attempts_seconds_bucket{outcome=\"delivered\",le=\"+Inf\"}"))
                    .isGreaterThanOrEqualTo(delivered + 1);
            assertThat(value("nexadesk_lease_remaining_seconds")).isPositive();
        }
    }

    @Test
    @DisplayName("see how long the oldest unclaimed delivery has been due")
    void age() throws Exception {
        try (var receiver = Receiver.start()) {
            receiver.answer(Answer.status(200));
            var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
            receiver.answer(Answer.status(500));
            api.await(webhook, api.deliveryOf(webhook, api.publish("lead.created", "{}")), "retrying", 1);
            assertThat(oldest(Duration.ZERO)).isLessThan(Duration.ofMinutes(1));
            // The retry is due in a minute.
            assertThat(oldest(Duration.ofHours(1))).isGreaterThan(Duration.ofMinutes(58));
            retryLate(webhook);
        }
    }

    /** Makes a retry late by holding its row, so that nobody can claim the delivery. */
    private void retryLate(String webhook) throws SQLException {
        try (var connection = HostDatabase.connect()) {
            connection.setAutoCommit(false);
            Sql.run(connection, "select from work where webhook_id = ? for update", webhook);
            clock.advance(Duration.ofMinutes(5));
            Await.until("the backlog", PATIENCE, () -> value("nexadesk_backlog_age_seconds"), age -> age > 60);
            connection.rollback();
        } finally {
            clock.reset();
        }
    }

    private Duration oldest(Duration later) {
        var backlog = new BacklogAge(engine, () -> Instant.now().plus(later));
        backlog.refresh();
        return backlog.latest();
    }

    @Test
    @DisplayName("see that the application is not ready if the schema differs from that at startup")
    void schema() throws SQLException {
        given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
        update("update flyway_schema_history set success = false");
        try {
            awaitReadiness(503);
        } finally {
            update("update flyway_schema_history set success = true");
        }
        awaitReadiness(200)
                .then()
                .body("checks.find { it.name == 'Backlog' }.data.age_seconds", greaterThanOrEqualTo(0));
    }

    @Test
    @DisplayName("find every metric that the dashboard and the documentation name, and every metric is documented")
    void documented() throws Exception {
        var served = names(scrape());
        assertThat(served).isNotEmpty();
        assertThat(served).containsAll(names(Files.readString(Path.of("docker/grafana-dashboard.json"))));
        var documented = names(Files.readString(Path.of("src/docs/operation.md")));
        assertThat(served).containsAll(documented);
        assertThat(served.stream()
                        .filter(name -> name.startsWith("nexadesk_"))
                        .map(name -> name.replaceFirst("_(bucket|count|sum|max)$", "")))
                .allSatisfy(name -> assertThat(documented)
                        .anySatisfy(known -> assertThat(known).startsWith(name)));
    }

    @Test
    @DisplayName("find every label that the dashboard and the alerts use")
    void labels() throws Exception {
        var series = scrape().lines().toList();
        for (var file : List.of("docker/grafana-dashboard.json", "docker/prometheus-rules.yaml")) {
            var labels = LABEL.matcher(Files.readString(Path.of(file)).replace("\\\"", "\""))
                    .results()
                    .map(found -> found.group(1) == null
                            ? found.group(4) + " " + found.group(3)
                            : found.group(1) + " " + found.group(2))
                    .filter(label -> !label.endsWith(" instance"))
                    .collect(Collectors.toSet());
            assertThat(labels).isNotEmpty().allSatisfy(label -> {
                var parts = label.split(" ");
                assertThat(series).anyMatch(line -> line.startsWith(parts[0] + "{") && line.contains(parts[1] + "=\""));
            });
        }
    }

    @Test
    @DisplayName("find every metric of the alerts; each alert fires in its time")
    void alerts(@TempDir Path directory) throws Exception {
        assertThat(names(scrape())).containsAll(names(Files.readString(Path.of("docker/prometheus-rules.yaml"))));
        assertThat(promtool(directory, "check", "rules", "docker/prometheus-rules.yaml"))
                .isZero();
        assertThat(promtool(directory, "test", "rules", "src/test/resources/prometheus-rules-test.yaml"))
                .isZero();
    }

    private static int promtool(Path directory, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile())
                    .start()
                    .waitFor();
        } catch (IOException notInstalled) {
            assumeTrue(false, "promtool is not installed");
            return 0;
        }
    }

    @Test
    @DisplayName("see rejected publishing requests counted by reason")
    void refused() {
        double invalid = value("nexadesk_publishing_refused_total{reason=\"invalid\"}");
        double unavailable = value("nexadesk_publishing_refused_total{reason=\"unavailable\"}");
        Api.publish("{}").then().statusCode(400);
        Api.publish("{\"event\":\"lead.created\",\"workspace_id\":\"ws_nobodynobody\",\"data\":{}}")
                .then()
                .statusCode(400);
        assertThat(value("nexadesk_publishing_refused_total{reason=\"invalid\"}"))
                .isEqualTo(invalid + 2);
        assertThat(value("nexadesk_publishing_refused_total{reason=\"unavailable\"}"))
                .isEqualTo(unavailable);
    }

    @Test
    @DisplayName("see soon that the application is not ready if a checked table is locked")
    void locked() throws Exception {
        try (var connection = lock()) {
            awaitReadiness(503).then().body("checks.data.problem", hasItem("no response"));
            connection.rollback();
        }
        awaitReadiness(200);
    }

    @Test
    @DisplayName("still see that the application is ready while a check takes longer than the previous one")
    void slowCheck() {
        Await.until(
                "readiness during a lock",
                PATIENCE,
                () -> {
                    awaitReadiness(200);
                    try (var connection = lock()) {
                        int status = given().get("/q/health/ready").statusCode();
                        connection.rollback();
                        return status;
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                },
                status -> status == 200);
    }

    private static Connection lock() throws SQLException {
        var connection = HostDatabase.connect();
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("lock table flyway_schema_history");
        }
        return connection;
    }

    private static Response awaitReadiness(int status) {
        return Await.until(
                "readiness", PATIENCE, () -> given().get("/q/health/ready"), answer -> answer.statusCode() == status);
    }

    private static Set<String> names(String text) {
        return METRIC.matcher(text).results().map(found -> found.group()).collect(Collectors.toSet());
    }

    private void update(String sql) throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
