package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.access.signin.DemoSignIn;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import io.restassured.http.Cookies;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("An event type")
class AddedTypeIT {

    private static final String TYPE = "lead.merged";
    private static final String FILE = """
            {
              "position": 34,
              "resource": "lead",
              "description": "Two leads became one",
              "example": {
                "id": "of-the-example", "visitor_name": "John Doe", "pipeline_stage": "new", "created_at": "2026-03-20T14:00:00.000Z"
              }
            }
            """;

    @TempDir
    Path directory;

    @Test
    @DisplayName("is added by one file to forms, pages, REST, its description, publishing and test events")
    void oneFile() throws Exception {
        try (var application = PackagedApplication.startFrom(withTheFile(), directory.resolve("data"))) {
            assertThat(json(application, "/api/v1/external/event-types").getList("data.type"))
                    .containsSubsequence("lead.deleted", TYPE, "contact.created");
            assertThat(json(application, "/q/openapi?format=json").getString("webhooks.'" + TYPE + "'.post.summary"))
                    .isEqualTo("Two leads became one");
            assertThat(application.get("/docs").body()).contains(TYPE);

            var created = application.post(
                    "/webhooks", "{\"url\":\"" + application.url("/inbox/first") + "\",\"events\":[\"" + TYPE + "\"]}");
            assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
            var webhook = "/webhooks/" + JsonPath.from(created.body()).getString("data.id");
            assertThat(application
                            .post(webhook + "/test", "{\"event\":\"" + TYPE + "\"}")
                            .statusCode())
                    .isEqualTo(202);
            var published = application.publish("{\"event\":\"" + TYPE + "\",\"workspace_id\":\""
                    + PackagedApplication.WORKSPACE + "\",\"data\":{\"id\":\"of-a-publisher\"}}");
            assertThat(published.statusCode()).as(published.body()).isEqualTo(202);
            Await.until(
                    "both events in the inbox",
                    Duration.ofSeconds(20),
                    () -> read(application, "/inbox/first"),
                    html -> html.contains("of-the-example") && html.contains("of-a-publisher"));

            var cookies = signIn(application);
            assertThat(page(application, "/settings/webhooks/new", cookies)).contains("value=\"" + TYPE + '"');
            assertThat(page(application, "/settings" + webhook + "/test", cookies))
                    .contains("value=\"" + TYPE + '"');
            assertThat(page(application, "/settings/events", cookies)).contains("Two leads became one");
            assertThat(page(application, "/settings/events/" + TYPE, cookies)).contains("of-the-example");
        }
    }

    /** A copy of the packaged application, as if it had been built with the file. */
    private Path withTheFile() throws IOException {
        var packaged = Path.of("target/quarkus-app");
        var copy = directory.resolve("application");
        try (var files = Files.walk(packaged)) {
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(packaged.relativize(file)));
            }
        }
        try (var jars = Files.newDirectoryStream(copy.resolve("app"), "*.jar")) {
            try (var jar = FileSystems.newFileSystem(jars.iterator().next())) {
                Files.writeString(jar.getPath("catalog", TYPE + ".json"), FILE);
            }
        }
        return copy;
    }

    private static Cookies signIn(PackagedApplication application) {
        var token = given().get(application.url("/login")).cookie("nexadesk-csrf");
        return given().redirects()
                .follow(false)
                .cookie("nexadesk-csrf", token)
                .formParam("csrf-token", token)
                .formParam("email", DemoSignIn.ADMIN.email())
                .formParam("password", DemoSignIn.ADMIN.password())
                .post(application.url("/login"))
                .then()
                .statusCode(303)
                .extract()
                .detailedCookies();
    }

    private static String page(PackagedApplication application, String path, Cookies cookies) {
        return given().cookies(cookies)
                .get(application.url(path))
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private static JsonPath json(PackagedApplication application, String path) {
        return JsonPath.from(read(application, path));
    }

    private static String read(PackagedApplication application, String path) {
        try {
            return application.get(path).body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
