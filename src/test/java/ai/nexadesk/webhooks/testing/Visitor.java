package ai.nexadesk.webhooks.testing;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

import java.util.Map;

import static io.restassured.RestAssured.given;

/** Somebody who is signed in and has no scripts: plain requests with a session and, in forms, the token. */
public record Visitor(String session, String token) {

    /** Signs somebody in. */
    public static Visitor signedIn(String email) {
        return new Visitor(TestWorkspace.signIn(email), TestWorkspace.csrfToken());
    }

    /** A request with the session; redirects are not followed. */
    public RequestSpecification request() {
        return given().redirects().follow(false).cookie(TestWorkspace.SESSION, session);
    }

    /** Reads a page. */
    public Response get(String path) {
        return request().get(path);
    }

    /** A form with its token. */
    public RequestSpecification form() {
        return request().cookie("nexadesk-csrf", token).formParam("csrf-token", token);
    }

    /** Sends a form; a field may have several values. */
    public Response post(String path, Map<String, ?> fields) {
        return form().formParams(fields).post(path);
    }

    /** Sends a form without fields. */
    public Response post(String path) {
        return form().post(path);
    }
}
