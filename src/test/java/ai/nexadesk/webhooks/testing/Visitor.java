package ai.nexadesk.webhooks.testing;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

import java.util.Map;

import static io.restassured.RestAssured.given;

/** A person who is signed in and has no scripts. Requests have the session, and forms have the CSRF token. */
public record Visitor(String session, String token) {

    /** Signs a person in. */
    public static Visitor signedIn(String email) {
        return new Visitor(TestWorkspace.signIn(email), TestWorkspace.csrfToken());
    }

    /** A request with the session that follows no redirects. */
    public RequestSpecification request() {
        return given().redirects().follow(false).cookie(TestWorkspace.SESSION, session);
    }

    public Response get(String path) {
        return request().get(path);
    }

    /** A form with its CSRF token. */
    public RequestSpecification form() {
        return request().cookie("nexadesk-csrf", token).formParam("csrf-token", token);
    }

    /** Sends a form. A field may have several values. */
    public Response post(String path, Map<String, ?> fields) {
        return form().formParams(fields).post(path);
    }

    /** Sends a form without fields. */
    public Response post(String path) {
        return form().post(path);
    }
}
