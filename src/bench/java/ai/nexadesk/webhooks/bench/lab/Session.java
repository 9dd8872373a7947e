package ai.nexadesk.webhooks.bench.lab;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A person who signs in to a workspace of a run. */
public final class Session {

    private static final String CSRF = "nexadesk-csrf";

    private Session() {}

    /** Signs in through the form, and returns the cookie. */
    public static String signIn(Lab lab, Space space) throws IOException {
        var csrf = cookie(lab.application().get("/login", ""), CSRF);
        var form = "csrf-token=" + encode(csrf.substring(CSRF.length() + 1)) + "&email="
                + encode(Spaces.email(space.id())) + "&password=" + encode(Spaces.PASSWORD);
        var answer = lab.application().post("/login", "Cookie", csrf, "application/x-www-form-urlencoded", form);
        return cookie(answer, "nexadesk");
    }

    private static String cookie(HttpResponse<String> answer, String name) throws IOException {
        return answer.headers().allValues("set-cookie").stream()
                .map(cookie -> cookie.split(";", 2)[0])
                .filter(cookie -> cookie.startsWith(name + "="))
                .findFirst()
                .orElseThrow(() ->
                        new IOException("No cookie " + name + " in the response with status " + answer.statusCode()));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
