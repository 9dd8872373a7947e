package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.testing.FilledWorkspace;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Route;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.http.HttpServerRequest;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.time.InstantSource;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Makes every query of pages and resources use the wrong workspace, so that only row-level security protects the rows.
 */
@QuarkusTest
@DisplayName("If every query uses the wrong workspace")
class WrongWorkspaceTest {

    private static final String ROWS = """
            select string_agg(t || '=' || n, ' ' order by t) from (
                select 'api_key' t, count(*) n from api_key where workspace_id = '%1$s'
                union all select 'audit_entry', count(*) from audit_entry where workspace_id = '%1$s'
                union all select 'webhook', count(*) + sum(version) from webhook where workspace_id = '%1$s'
                union all select 'webhook_history', count(*) from webhook_history
                    where webhook_id in (select id from webhook where workspace_id = '%1$s')
                union all select 'event', count(*) from event where workspace_id = '%1$s'
                union all select 'delivery', count(*) + sum(attempts) from delivery where workspace_id = '%1$s'
                union all select 'job', count(*) from job where workspace_id = '%1$s')
            """;

    @Inject
    SecurityIdentity identity;

    @Inject
    HttpServerRequest request;

    @Inject
    ClientAddress client;

    @Inject
    InstantSource clock;

    /** Assigns every caller to this workspace. */
    private void everybodyIsOf(String workspace) {
        QuarkusMock.installMockForType(
                new Caller(identity, request, client, clock) {
                    @Override
                    public String workspaceId() {
                        return workspace;
                    }
                },
                Caller.class);
    }

    private static String rows(String workspace) throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(ROWS.formatted(workspace))) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    @DisplayName("no route reveals or changes any of its data")
    void nothing() throws Exception {
        try (var receiver = Receiver.start()) {
            var theirs = FilledWorkspace.create(receiver);
            var mine = FilledWorkspace.create(receiver);
            var me = Visitor.signedIn(mine.api().workspace().admin());
            var myKey = mine.api().workspace().apiKey(ApiKey.READ, ApiKey.WRITE);
            var they = Visitor.signedIn(theirs.api().workspace().admin());
            var before = rows(theirs.api().workspace().id());
            everybodyIsOf(theirs.api().workspace().id());

            var softly = new SoftAssertions();
            for (var route : Route.all()) {
                if (!route.isApi() && !route.path().startsWith("/settings")
                        || route.path().matches(".*/(internal|account)/.*")) {
                    continue;
                }
                var address = theirs.address(route);
                var answer = route.isApi()
                        ? FilledWorkspace.askApi(myKey, route, address)
                        : FilledWorkspace.askPage(me, route, address);
                if (route.path().contains("{id}")) {
                    softly.assertThat(answer.statusCode()).as(route.toString()).isEqualTo(404);
                }
                // The response may repeat the requested address.
                softly.assertThat(answer.asString().replace(address, ""))
                        .as(route.toString())
                        .doesNotContain(
                                theirs.webhook() + "\"",
                                theirs.delivery() + "\"",
                                theirs.job() + "\"",
                                theirs.key() + "\"",
                                theirs.api().workspace().admin());
                // The address works for its own workspace, so a wrong address is not the reason for the 404.
                if (route.isGet() && route.path().contains("{id}") && !route.isApi()) {
                    softly.assertThat(FilledWorkspace.askPage(they, route, address)
                                    .statusCode())
                            .as(route + " for its own workspace")
                            .isIn(200, 204);
                }
            }
            softly.assertAll();
            assertThat(rows(theirs.api().workspace().id())).isEqualTo(before);
        }
    }
}
