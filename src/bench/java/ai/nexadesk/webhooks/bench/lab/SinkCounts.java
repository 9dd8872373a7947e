package ai.nexadesk.webhooks.bench.lab;

import io.vertx.core.json.JsonObject;

/** The sink's counts of all requests. */
final class SinkCounts {

    long requests;
    long pings;
    long unchecked;
    long wrongSignatures;
    long wrongBodies;
    long overlaps;

    JsonObject toJson() {
        return new JsonObject()
                .put("requests", requests)
                .put("pings", pings)
                .put("unchecked", unchecked)
                .put("wrongSignatures", wrongSignatures)
                .put("wrongBodies", wrongBodies)
                .put("overlaps", overlaps);
    }
}
