package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.access.Workspace;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.access.signin.DemoSignIn;
import ai.nexadesk.webhooks.database.DatabaseRole;
import io.quarkus.vertx.http.HttpServerStart;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;

/** The demo workspace of the evaluation mode, and instructions for its user. Does nothing in production. */
@ApplicationScoped
class Demo {

    static final String WORKSPACE = "ws_nexadeskdemo";
    static final String PUBLISHER_TOKEN = "nexadesk-demo-publisher";
    static final String API_KEY = "fc_live_NexaDeskDemoKeyForYourFirstLoo25eZP5";
    private static final String AGENT = "agent@nexadesk.example";

    private final Settings settings;
    private final EvaluationSettings evaluation;
    private final InstantSource clock;

    Demo(Settings settings, EvaluationSettings evaluation, InstantSource clock) {
        this.settings = settings;
        this.evaluation = evaluation;
        this.clock = clock;
    }

    /** Runs when the server is listening, so that the printed links work. */
    void show(@ObservesAsync HttpServerStart server) {
        if (settings.evaluation()) {
            DatabaseRole.HOST.run(this::createMissing);
            System.out.print(welcome("http://localhost:" + server.options().getPort()));
        }
    }

    private void createMissing() {
        if (Workspace.findById(WORKSPACE) != null) {
            return;
        }
        var now = clock.instant();
        var workspace = new Workspace(WORKSPACE, "NexaDesk Demo", now);
        workspace.persist();
        var password = DemoSignIn.ADMIN.password();
        new Person(workspace, DemoSignIn.ADMIN.email(), "Demo Admin", password, Role.ADMIN, now).persist();
        new Person(workspace, AGENT, "Demo Agent", password, Role.AGENT, now).persist();
        var terms = new ApiKey.Terms("Demo key", Set.of(ApiKey.READ, ApiKey.WRITE), List.of(), null);
        ApiKey.create(WORKSPACE, terms, now, API_KEY);
    }

    private String welcome(String url) {
        return """

                NexaDesk Webhooks is ready (evaluation mode, for this machine only; data in %s).

                  Open        %s
                  Sign in     %s or %s, password %s
                  API key     %s
                  Publisher   %s
                  Receiver    %s/inbox/first (use it as an endpoint URL, and open it to see requests)

                  Publish your first event:

                  curl %s/api/v1/internal/events -H 'Authorization: Bearer %s' \\
                    -H 'Content-Type: application/json' \\
                    -d '{"event":"lead.created","workspace_id":"%s",
                      "data":{"id":"1","visitor_name":"John Doe","pipeline_stage":"new","created_at":"2026-03-20T14:00:00Z"}}'

                """.formatted(
                        evaluation.dataDir(),
                        url,
                        DemoSignIn.ADMIN.email(),
                        AGENT,
                        DemoSignIn.ADMIN.password(),
                        API_KEY,
                        PUBLISHER_TOKEN,
                        url,
                        url,
                        PUBLISHER_TOKEN,
                        WORKSPACE);
    }
}
