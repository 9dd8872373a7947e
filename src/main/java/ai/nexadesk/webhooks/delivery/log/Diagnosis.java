package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.delivery.Attempt;
import ai.nexadesk.webhooks.outbound.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * The probable cause of a failed attempt, and how to fix it.
 *
 * @param cause the cause in one sentence
 * @param cure how to fix it
 */
record Diagnosis(String cause, String cure) {

    /** Diagnoses a failed attempt; null if it did not fail, or if its error needs no further explanation. */
    static @Nullable Diagnosis of(Attempt attempt) {
        if (attempt.errorCode == null) {
            return null;
        }
        var code = ErrorCode.of(attempt.errorCode);
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
                        "Your endpoint could not read the payload, or its validation rejected it.",
                        "Compare the request body below with what your code expects; the response may name "
                                + "the field. Accept unknown members: payloads can get new ones.");
            case 401, 403 ->
                new Diagnosis(
                        "Your receiver rejected the signature, or something in front of it requires authentication.",
                        "Sign the raw body, before any JSON parser touches it, with the whole secret, "
                                + "including whsec_. Check that it is this webhook's secret, and that no "
                                + "gateway or firewall requires credentials.");
            case 404 ->
                new Diagnosis(
                        "Nothing responds at this path.",
                        "Compare the URL with your route: path, case, and trailing slash.");
            case 405 ->
                new Diagnosis(
                        "Your endpoint does not accept POST at this path.",
                        "Route POST requests for this path to your receiver.");
            case 408, 504 ->
                new Diagnosis(
                        "A proxy in front of your endpoint gave up waiting for it.",
                        "Respond with 200 first, then do the work in the background.");
            case 410 ->
                new Diagnosis(
                        "Your endpoint responded with 410 Gone, which means that the receiver was removed.",
                        "If that is correct, disable the webhook. If not, restore the route: deliveries are "
                                + "retried on schedule.");
            case 411, 413 ->
                new Diagnosis(
                        "Your endpoint or a proxy rejected the body because of its size.",
                        "Allow request bodies of at least 1 MB.");
            case 415 ->
                new Diagnosis(
                        "Your endpoint rejected the content type.",
                        "Accept application/json, the type NexaDesk sends.");
            case 429 ->
                new Diagnosis(
                        "Your endpoint limits how many requests it accepts.",
                        "Raise the limit for NexaDesk, set a pace for this webhook, or respond with "
                                + "Retry-After, which NexaDesk follows for up to 24 hours.");
            case 502, 503 ->
                new Diagnosis(
                        "A proxy responded because your application did not: it is down, starting or overloaded.",
                        "Check that your application is running, and its log at this time.");
            case 500 ->
                new Diagnosis(
                        "Your receiver failed while handling the event.",
                        "Look for an exception in its log at this time; the request body below reproduces it.");
            case 300, 304, 305, 306 -> notRedirected();
            default -> ofClass(status / 100);
        };
    }

    private static Diagnosis notRedirected() {
        return new Diagnosis(
                "Your endpoint responded with a redirect status but no URL to redirect to.",
                "Respond to POST requests with a status from 200 to 299. A 304 often comes from a cache in "
                        + "front of the endpoint.");
    }

    private static @Nullable Diagnosis ofClass(int hundreds) {
        return switch (hundreds) {
            case 3 ->
                new Diagnosis(
                        "Your endpoint redirects, and redirects are not followed.",
                        "Save the final URL in the webhook. Often only https:// or a trailing slash is missing.");
            case 4 ->
                new Diagnosis(
                        "Your endpoint rejected the request.",
                        "The response below may say why. Any status from 200 to 299 counts as delivered.");
            case 5 ->
                new Diagnosis(
                        "Your endpoint reported an internal error.", "Look for the cause in its log at this time.");
            default -> null;
        };
    }

    private static @Nullable Diagnosis ofError(ErrorCode code) {
        return switch (code) {
            case TIMEOUT ->
                new Diagnosis(
                        "Your endpoint took too long to respond, or a firewall drops NexaDesk's requests.",
                        "Respond with 200 first, then do the work in the background. Allow requests from outside.");
            case DNS_FAILED ->
                new Diagnosis(
                        "The host name has no address.", "Check the URL for typos, and the domain's DNS records.");
            case CONNECTION_REFUSED ->
                new Diagnosis(
                        "Nothing is listening on this port.",
                        "Start your server, and make it listen on its public address, not only on localhost.");
            case CONNECTION_RESET ->
                new Diagnosis(
                        "The connection closed before a response arrived: a crash, a restart, or a proxy "
                                + "with a short timeout.",
                        "Check the logs of your server and of any proxy in front of it at this time.");
            case CONNECTION_FAILED ->
                new Diagnosis(
                        "Your host is currently unreachable.",
                        "Check that it is reachable from the internet, and check its firewall.");
            case TLS_FAILED ->
                new Diagnosis(
                        "No trusted TLS connection could be established.",
                        "Renew the certificate if it has expired, serve it with its intermediate certificates, and check"
                                + " that it names this host.");
            case ADDRESS_BLOCKED ->
                new Diagnosis(
                        "The host resolves to an address that NexaDesk does not send to, such as a private network.",
                        "Use a host with public addresses only.");
            case PROTOCOL_ERROR ->
                new Diagnosis(
                        "The response is not valid HTTP.",
                        "Check that a web server listens on this port, and that it uses TLS if the URL "
                                + "starts with https.");
            case INTERRUPTED ->
                new Diagnosis(
                        "One of our servers stopped during the attempt. Your endpoint may have received the request.",
                        "Nothing to do: it is sent again immediately. Process each event ID only once.");
            case INTERNAL_ERROR ->
                new Diagnosis(
                        "The error is on our side.", "Retry. If it happens again, send our support the delivery ID.");
            case HTTP_STATUS, REDIRECT -> null;
        };
    }
}
