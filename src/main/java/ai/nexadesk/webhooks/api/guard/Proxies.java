package ai.nexadesk.webhooks.api.guard;

/** The trusted proxies. */
public interface Proxies {

    /** Whether this is the address of a trusted proxy, which serves many clients. */
    boolean isProxy(String ip);
}
