package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.delivery.Attempt;
import ai.nexadesk.webhooks.outbound.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What probably went wrong with an attempt, and what helps.
 *
 * @param cause in one sentence
 * @param cure what to do about it
 */
record Diagnosis(String cause, String cure) {

    /** Of an attempt that failed; null if it did not, or if nothing more can be said than its error does. */
    static @Nullable Diagnosis of(Attempt attempt) {
        if (attempt.errorCode == null) {
            return null;
        }
        var code = ErrorCode.ofWire(attempt.errorCode);
        return code == ErrorCode.HTTP_STATUS || code == ErrorCode.REDIRECT ? ofAnswer(attempt) : ofError(code);
    }

    private static @Nullable Diagnosis ofAnswer(Attempt attempt) {
        int status = attempt.statusCode == null ? 0 : attempt.statusCode;
        boolean leadsNowhere = status / 100 == 3
                && attempt.responseHeaders().stream()
                        .noneMatch(header -> header.name().equalsIgnoreCase("Location"));
        return leadsNowhere ? notRedirected() : ofStatus(status);
    }

    private static @Nullable Diagnosis ofStatus(int status) {
        return switch (status) {
            case 400, 422 ->
                new Diagnosis(
                        "Your endpoint could not read the payload, or refused it by a rule of its own.",
                        "Compare the request body below with what your code expects; its answer may name the field."
                                + " Unknown members must not be an error: payloads gain new ones.");
            case 401, 403 ->
                new Diagnosis(
                        "Your receiver rejected the signature, or something in front of it wants a sign-in.",
                        "Hash the raw body, before any JSON parser touches it, with the whole secret, whsec_ included. Check"
                                + " that it is this webhook's secret, and that no gateway or firewall asks for credentials.");
            case 404 ->
                new Diagnosis(
                        "Nothing answers at this path.",
                        "Compare the URL with your route: the path, upper and lower case, and a slash at the end.");
            case 405 ->
                new Diagnosis(
                        "Your endpoint takes no POST here.", "Route POST requests of this path to your receiver.");
            case 408, 504 ->
                new Diagnosis(
                        "A proxy in front of your endpoint gave up waiting for it.",
                        "Answer with 200 first, then do the work in the background.");
            case 410 ->
                new Diagnosis(
                        "With 410 Gone your endpoint says that it was removed and wants no more events.",
                        "If that is so, disable the webhook. If not, restore the route: deliveries are retried on schedule.");
            case 411, 413 ->
                new Diagnosis(
                        "Your endpoint or a proxy refused the body because of its size.",
                        "Allow request bodies of at least 1 MB.");
            case 415 ->
                new Diagnosis(
                        "Your endpoint refused the content type.", "Accept application/json, which is what we send.");
            case 429 ->
                new Diagnosis(
                        "Your endpoint wants fewer requests.",
                        "Raise its limit for us, or answer with Retry-After: we wait as long as it says, up to 24 hours.");
            case 502, 503 ->
                new Diagnosis(
                        "A proxy answered because your application did not: it is down, starting or overloaded.",
                        "Check that it runs, and what it logged at this time.");
            case 500 ->
                new Diagnosis(
                        "Your receiver broke while it handled the event.",
                        "Look for an exception in its log at this time; the request body below reproduces it.");
            case 300, 304, 305, 306 -> notRedirected();
            default -> ofClass(status / 100);
        };
    }

    private static Diagnosis notRedirected() {
        return new Diagnosis(
                "Your endpoint answered with a status that does not confirm a delivery and names no other URL.",
                "Answer POST requests with a status from 200 to 299. A 304 often comes from a cache in front of the endpoint.");
    }

    private static @Nullable Diagnosis ofClass(int hundreds) {
        return switch (hundreds) {
            case 3 ->
                new Diagnosis(
                        "Your endpoint redirects, and redirects are not followed.",
                        "Save the URL that it leads to; often only https:// or a slash at the end is missing.");
            case 4 ->
                new Diagnosis(
                        "Your endpoint refused the request.",
                        "Its answer below may say why. Any status from 200 to 299 counts as delivered.");
            case 5 ->
                new Diagnosis(
                        "Your endpoint reports an error of its own.", "Look for the cause in its log at this time.");
            default -> null;
        };
    }

    private static @Nullable Diagnosis ofError(ErrorCode code) {
        return switch (code) {
            case TIMEOUT ->
                new Diagnosis(
                        "Your endpoint took longer than it may, or a firewall swallows our requests.",
                        "Answer with 200 first, then do the work in the background. Let requests from outside through.");
            case DNS_FAILED ->
                new Diagnosis(
                        "The host's name has no address.",
                        "Check the URL for a typing error, and the domain's DNS records.");
            case CONNECTION_REFUSED ->
                new Diagnosis(
                        "Nothing listens on this port.",
                        "Start your server, and let it listen on its public address, not only on localhost.");
            case CONNECTION_RESET ->
                new Diagnosis(
                        "The connection ended before an answer came: a crash, a restart, or a proxy with a short limit.",
                        "Look into the logs of your server and of what is in front of it at this time.");
            case CONNECTION_FAILED ->
                new Diagnosis(
                        "There is no way to your host at present.",
                        "Check that it is reachable from the internet, and its firewall.");
            case TLS_FAILED ->
                new Diagnosis(
                        "No trusted TLS connection came about.",
                        "Renew the certificate if it has expired, serve it with its intermediate certificates, and check"
                                + " that it names this host.");
            case ADDRESS_BLOCKED ->
                new Diagnosis(
                        "The host leads to an address that requests may not go to, such as a private network.",
                        "Use a host with public addresses only.");
            case PROTOCOL_ERROR ->
                new Diagnosis(
                        "What came back is not HTTP.",
                        "Check that the port is that of a web server, and that it speaks TLS if the URL says https.");
            case INTERRUPTED ->
                new Diagnosis(
                        "One of our servers stopped in the middle; your endpoint may have got the request.",
                        "Nothing to do: it is tried again at once. Handle an event ID that you know already only once.");
            case INTERNAL_ERROR ->
                new Diagnosis("The fault is ours.", "Retry. If it happens again, give our support the delivery's ID.");
            case HTTP_STATUS, REDIRECT -> null;
        };
    }
}
