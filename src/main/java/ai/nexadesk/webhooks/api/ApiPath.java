package ai.nexadesk.webhooks.api;

/**
 * The API's paths. A path determines whether the response is JSON or a page, and whether an API key or a session is
 * required.
 */
public final class ApiPath {

    /** For customers' programs, which use API keys. */
    public static final String EXTERNAL = "/api/v1/external";

    /** For NexaDesk's services, which use publisher tokens. */
    public static final String INTERNAL = "/api/v1/internal";

    /** The events feed, and single events below it. */
    public static final String EVENTS = EXTERNAL + "/events";

    private static final String ROOT = "/api";

    private ApiPath() {}

    /** Whether this normalized path belongs to the API, even if there is nothing at it. */
    public static boolean includes(String path) {
        return isUnder(ROOT, path);
    }

    /** Whether this normalized path requires an API key. */
    public static boolean isExternal(String path) {
        return isUnder(EXTERNAL, path);
    }

    /** Whether this normalized path requires a publisher token. */
    public static boolean isInternal(String path) {
        return isUnder(INTERNAL, path);
    }

    private static boolean isUnder(String root, String path) {
        return path.equals(root) || path.startsWith(root + "/");
    }
}
