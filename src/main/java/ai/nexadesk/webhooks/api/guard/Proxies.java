package ai.nexadesk.webhooks.api.guard;

/** Knows the proxies that stand in front. */
public interface Proxies {

    /** Whether this is the address of a proxy, through which many clients come. */
    boolean isProxy(String ip);
}
