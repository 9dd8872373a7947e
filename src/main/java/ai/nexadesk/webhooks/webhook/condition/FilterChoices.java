package ai.nexadesk.webhooks.webhook.condition;

import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.catalog.Catalog;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.narayana.jta.QuarkusTransaction;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The choices for the filter in the webhook form.
 *
 * @param fields suggested fields, from the schemas of the event types
 * @param operators all operators
 * @param keys the active API keys of the workspace, and those already excluded
 */
public record FilterChoices(List<String> fields, List<Operator> operators, List<Key> keys) {

    private static final List<String> FIELDS = suggestions();

    /** An API key. */
    public record Key(String id, String name) {}

    /** The choices for a workspace whose webhook ignores these keys. */
    public static FilterChoices of(String workspaceId, List<String> ignored) {
        var keys = new ArrayList<Key>();
        var missing = new LinkedHashSet<>(ignored);
        QuarkusTransaction.joiningExisting()
                .run(() -> ApiKey.listOf(workspaceId).forEach(key -> {
                    var id = key.publicId();
                    if (missing.remove(id) || !key.isRevoked()) {
                        keys.add(new Key(id, key.name));
                    }
                }));
        missing.forEach(id -> keys.add(new Key(id, id)));
        return new FilterChoices(FIELDS, Operator.all(), keys);
    }

    private static List<String> suggestions() {
        var fields = new LinkedHashSet<String>();
        var json = new JsonMapper();
        try {
            for (var type : Catalog.all()) {
                add("", json.readTree(type.schema()), fields);
            }
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        fields.add(EventFacts.CHANGED);
        fields.add(EventFacts.EVENT);
        return List.copyOf(fields);
    }

    private static void add(String prefix, JsonNode schema, Set<String> fields) {
        schema.path("properties").properties().forEach(member -> {
            var field = prefix + member.getKey();
            var items = member.getValue().path("items");
            if (items.has("properties")) {
                add(field + ".0.", items, fields);
            } else if (member.getValue().has("properties")) {
                add(field + ".", member.getValue(), fields);
            } else {
                fields.add(field);
            }
        });
    }
}
