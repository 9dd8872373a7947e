package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.ClientAddress;
import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.access.SessionCookie;
import ai.nexadesk.webhooks.access.Tokens;
import io.vertx.core.http.HttpServerRequest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.NewCookie;

/**
 * Recognizes a browser in which a person has signed in before. Its attempts are counted separately, so that strangers who try many
 * passwords do not lock the person out. The cookie is bound to the hash of the password, so a new password invalidates it.
 */
@Singleton
class KnownBrowser {

    private final SessionCookie cookie;
    private final ClientAddress client;

    KnownBrowser(SessionCookie cookie, ClientAddress client) {
        this.cookie = cookie;
        this.client = client;
    }

    /** The cookie for the browser in which this person has just signed in. */
    NewCookie of(Person person) {
        var name = HexFormat.of().formatHex(Tokens.randomBytes(16));
        return cookie.ofKnown(name + "." + seal(person, name));
    }

    /** The key for counting attempts to sign in as this person: the browser if it is known, otherwise the network of the client. */
    String source(Optional<Person> person, HttpServerRequest request) {
        return person.flatMap(somebody -> known(somebody, request))
                .map(name -> SignInAttempt.BROWSER + name)
                .orElseGet(() -> client.networkOf(request));
    }

    private Optional<String> known(Person person, HttpServerRequest request) {
        return cookie.known(request)
                .map(value -> value.split("\\.", 2))
                .filter(parts -> parts.length == 2 && parts[0].matches("[0-9a-f]{32}"))
                .filter(parts -> MessageDigest.isEqual(
                        parts[1].getBytes(StandardCharsets.UTF_8),
                        seal(person, parts[0]).getBytes(StandardCharsets.UTF_8)))
                .map(parts -> parts[0]);
    }

    private static String seal(Person person, String name) {
        return HexFormat.of().formatHex(person.seal(name));
    }
}
