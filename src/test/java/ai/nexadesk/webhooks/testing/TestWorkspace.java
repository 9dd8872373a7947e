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

/** A workspace for one test, with an admin and an agent who have the same password. */
public record TestWorkspace(String id, String admin, String agent) {

    /** The password of everyone in these workspaces. */
    public static final String PASSWORD = "correct horse battery staple";

    /** Uses so few rounds that hundreds of sign-ins take almost no time. */
    private static final String QUICK_HASH = BcryptUtil.bcryptHash(PASSWORD, 4);

    /** Stores a new workspace. */
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

    /** Creates an API key and returns its plain text. */
    public String apiKey(String... scopes) {
        return apiKey(new ApiKey.Terms("Test key", Set.of(scopes), List.of(), null));
    }

    /** Creates an API key and returns its plain text. */
    public String apiKey(ApiKey.Terms terms) {
        return DatabaseRole.HOST.call(
                () -> ApiKey.create(id, terms, Instant.now()).plaintext());
    }

    /** Signs a person in through the form, and returns the value of the session cookie. */
    public static String signIn(String email) {
        return signIn(email, PASSWORD, null).then().statusCode(303).extract().cookie(SESSION);
    }

    /** The name of the session cookie in tests with secure cookies. */
    public static final String SESSION = "__Host-nexadesk";

    /** The sign-in form, before it is sent. */
    public static RequestSpecification loginForm(String email, String password) {
        var token = csrfToken();
        return given().redirects()
                .follow(false)
                .cookie("nexadesk-csrf", token)
                .formParam("csrf-token", token)
                .formParam("email", email)
                .formParam("password", password);
    }

    /** Sends the sign-in form with its CSRF token. */
    public static Response signIn(String email, String password, @Nullable String next) {
        var form = loginForm(email, password);
        return (next == null ? form : form.formParam("next", next)).post("/login");
    }

    /** The CSRF token of a page, which its cookie and its forms share. */
    public static String csrfToken() {
        return given().get("/login").then().statusCode(200).extract().cookie("nexadesk-csrf");
    }
}
