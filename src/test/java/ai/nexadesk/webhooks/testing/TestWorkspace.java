package ai.nexadesk.webhooks.testing;

import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.access.Workspace;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.database.DatabaseRole;
import io.quarkus.elytron.security.common.BcryptUtil;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

import static io.restassured.RestAssured.given;

/** A workspace of a test's own, with an admin and an agent who both have the same password. */
public record TestWorkspace(String id, String admin, String agent) {

    /** Everybody's. */
    public static final String PASSWORD = "correct horse battery staple";

    /** Of so few rounds that hundreds of sign-ins cost nothing. */
    private static final String QUICK_HASH = BcryptUtil.bcryptHash(PASSWORD, 4);

    /** Stores a workspace that no other test knows. */
    public static TestWorkspace create() {
        var unique = UUID.randomUUID().toString().replace("-", "").substring(20);
        var id = "ws_" + unique;
        var admin = "admin-" + unique + "@example.com";
        var agent = "agent-" + unique + "@example.com";
        DatabaseRole.HOST.run(() -> {
            var workspace = new Workspace(id, "Workspace " + unique, Instant.now());
            workspace.persist();
        });
        addPerson(id, admin, "Ada Admin", Role.ADMIN);
        addPerson(id, agent, "Alan Agent", Role.AGENT);
        return new TestWorkspace(id, admin, agent);
    }

    private static void addPerson(String workspace, String email, String name, Role role) {
        new Sql()
                .run(
                        "insert into person (workspace_id, email, name, password_hash, role) values (?, ?, ?, ?, ?)",
                        workspace,
                        email,
                        name,
                        QUICK_HASH,
                        role.name().toLowerCase(Locale.ROOT));
    }

    /** Creates an API key and tells its plain text. */
    public String apiKey(String... scopes) {
        return apiKey(new ApiKey.Terms("Test key", Set.of(scopes), List.of(), null));
    }

    /** Creates an API key and tells its plain text. */
    public String apiKey(ApiKey.Terms terms) {
        return DatabaseRole.HOST.call(
                () -> ApiKey.create(id, terms, Instant.now()).plaintext());
    }

    /** Signs somebody in through the form, and tells the value of their session's cookie. */
    public static String signIn(String email) {
        return signIn(email, PASSWORD, null).then().statusCode(303).extract().cookie(SESSION);
    }

    /** The session's cookie, where tests run with secure cookies. */
    public static final String SESSION = "__Host-nexadesk";

    /** The form that signs in, before it is sent. */
    public static RequestSpecification loginForm(String email, String password) {
        var token = csrfToken();
        return given().redirects()
                .follow(false)
                .cookie("nexadesk-csrf", token)
                .formParam("csrf-token", token)
                .formParam("email", email)
                .formParam("password", password);
    }

    /** Sends the form of the sign-in page with its CSRF token. */
    public static Response signIn(String email, String password, @Nullable String next) {
        var form = loginForm(email, password);
        return (next == null ? form : form.formParam("next", next)).post("/login");
    }

    /** The token of a page of ours: what its cookie and its forms have in common. */
    public static String csrfToken() {
        return given().get("/login").then().statusCode(200).extract().cookie("nexadesk-csrf");
    }
}
