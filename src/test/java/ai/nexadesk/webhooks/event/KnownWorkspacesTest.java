package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.testing.Api;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.util.List;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The cache of workspaces")
class KnownWorkspacesTest {

    @Inject
    EventStore store;

    @Test
    @DisplayName("finds all existing workspaces of a batch, even if it is cleared meanwhile")
    void cleared() throws SQLException {
        var workspaces = new KnownWorkspaces(store, 0);
        var one = Api.ofNewWorkspace().workspace().id();
        var other = Api.ofNewWorkspace().workspace().id();
        assertThat(workspaces.existing(List.of(eventOf(one)))).containsExactly(one);
        assertThat(workspaces.existing(List.of(eventOf(one), eventOf(other), eventOf("ws_none00000000"))))
                .containsExactlyInAnyOrder(one, other);
    }

    private static Submission eventOf(String workspace) {
        return Submission.of(
                PublishingRequests.parse(PublishingRequests.eventWith("{}").replace("ws_nexadeskdemo", workspace)));
    }
}
