package ai.nexadesk.webhooks.webhook.header;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;

/** The rows of request headers in the webhook form. Stored values are never shown. */
public class HeaderFields {

    @FormParam("header_name")
    public List<String> names = List.of();

    @FormParam("header_value")
    public List<String> values = List.of();

    /** The names when the form was opened, separated by spaces. */
    @FormParam("original_headers")
    @DefaultValue("")
    public String original = "";

    /** A form with headers of these names. */
    public static HeaderFields of(List<String> names) {
        var fields = new HeaderFields();
        fields.names = names;
        fields.original = String.join(" ", names);
        return fields;
    }

    /**
     * A row of the form.
     *
     * @param isStored whether a value is stored, which is kept unless another one is entered
     */
    public record Row(String name, boolean isStored) {}

    /** The entered rows, and empty ones up to ten. */
    public List<Row> rows() {
        var rows = new ArrayList<Row>();
        names.stream()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .limit(HeaderRules.MAX_HEADERS)
                .forEach(name -> rows.add(new Row(name, isStored(name))));
        while (rows.size() < HeaderRules.MAX_HEADERS) {
            rows.add(new Row("", false));
        }
        return rows;
    }

    private boolean isStored(String name) {
        return List.of(original.toLowerCase(Locale.ROOT).split(" ")).contains(name.toLowerCase(Locale.ROOT));
    }

    /** The changes; null if there are none. A missing name removes its header. */
    public @Nullable Map<String, @Nullable String> changes() {
        var changes = new LinkedHashMap<String, @Nullable String>();
        var kept = new HashSet<String>();
        for (int i = 0; i < names.size(); i++) {
            var name = names.get(i).strip();
            var value = i < values.size() ? values.get(i).strip() : "";
            kept.add(name.toLowerCase(Locale.ROOT));
            if (!name.isEmpty() && !(value.isEmpty() && isStored(name))) {
                changes.put(name, value);
            }
        }
        for (var name : original.split(" ")) {
            if (!name.isEmpty() && !kept.contains(name.toLowerCase(Locale.ROOT))) {
                changes.put(name, null);
            }
        }
        return changes.isEmpty() ? null : changes;
    }
}
