package ai.nexadesk.webhooks.api;

/** Where the API lives: what decides between JSON and a page, and between an API key and a session. */
public final class ApiPath {

    /** For the customers' programs, with an API key. */
    public static final String EXTERNAL = "/api/v1/external";

    /** For the host's own services, with a publisher's token. */
    public static final String INTERNAL = "/api/v1/internal";

    /** The events feed, and single events below it. */
    public static final String EVENTS = EXTERNAL + "/events";

    private static final String ROOT = "/api";

    private ApiPath() {}

    /** Whether this normalised path belongs to the API, known to it or not. */
    public static boolean includes(String path) {
        return isUnder(ROOT, path);
    }

    /** Whether this normalised path belongs to the part that API keys open. */
    public static boolean isExternal(String path) {
        return isUnder(EXTERNAL, path);
    }

    /** Whether this normalised path belongs to the part that publishers' tokens open. */
    public static boolean isInternal(String path) {
        return isUnder(INTERNAL, path);
    }

    private static boolean isUnder(String root, String path) {
        return path.equals(root) || path.startsWith(root + "/");
    }
}
