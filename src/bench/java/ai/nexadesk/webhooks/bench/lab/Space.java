package ai.nexadesk.webhooks.bench.lab;

import java.util.List;

/**
 * A workspace of the run.
 *
 * @param key its API key
 * @param first the index of its first endpoint; the others follow
 * @param webhooks the IDs of its webhooks, in the order of their endpoints
 */
public record Space(String id, String key, int first, List<String> webhooks) {

    public int fanOut() {
        return webhooks.size();
    }
}
