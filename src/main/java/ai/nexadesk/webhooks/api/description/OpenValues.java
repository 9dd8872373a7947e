package ai.nexadesk.webhooks.api.description;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps generated clients working when an enumeration gets a new value: in responses, such members are strings with a
 * list of known values. Most generators would create a closed type from an enumeration, and their clients would fail to
 * read the whole response. Members that may be null are not marked as required if they are objects, because some
 * clients would read null as an object.
 */
@OpenApiFilter(stages = RunStage.RUNTIME_STARTUP)
public final class OpenValues implements OASFilter {

    /** The conventional name for the known values of an open enumeration. */
    private static final String VALUES = "x-extensible-enum";

    /** Called by Quarkus. */
    public OpenValues() {}

    @Override
    public void filterOpenAPI(OpenAPI description) {
        var schemas = description.getComponents().getSchemas();
        var enumerations = schemas.entrySet().stream()
                .filter(schema -> schema.getValue().getEnumeration() != null)
                .collect(Collectors.toMap(schema -> "#/components/schemas/" + schema.getKey(), Map.Entry::getValue));
        schemas.forEach((name, schema) -> {
            if (!isSent(name)) {
                open(schema, enumerations);
            }
        });
    }

    /** Whether the schema is for requests, in which enumerations are closed. */
    private static boolean isSent(String name) {
        return name.endsWith("Request") || name.equals("PublishedEvent");
    }

    private static Schema open(Schema schema, Map<String, Schema> enumerations) {
        if (schema.getEnumeration() != null) {
            return text(schema, schema);
        }
        var enumeration = parts(schema)
                .map(part -> enumerations.get(part.getRef()))
                .filter(Objects::nonNull)
                .findFirst();
        if (enumeration.isPresent()) {
            return text(schema, enumeration.get());
        }
        if (schema.getProperties() != null) {
            var members = new LinkedHashMap<String, Schema>();
            schema.getProperties().forEach((name, member) -> members.put(name, open(member, enumerations)));
            schema.setProperties(members);
            if (schema.getRequired() != null) {
                schema.setRequired(schema.getRequired().stream()
                        .filter(name -> !isObjectOrNull(members.get(name)))
                        .toList());
            }
        }
        if (schema.getItems() != null) {
            schema.setItems(open(schema.getItems(), enumerations));
        }
        if (schema.getAnyOf() != null) {
            schema.setAnyOf(schema.getAnyOf().stream()
                    .map(one -> open(one, enumerations))
                    .toList());
        }
        return schema;
    }

    /** The schema itself, or each of its alternatives. */
    private static Stream<Schema> parts(Schema schema) {
        return schema.getAnyOf() == null ? Stream.of(schema) : schema.getAnyOf().stream();
    }

    private static boolean isObjectOrNull(Schema member) {
        return member.getAnyOf() != null && member.getAnyOf().stream().anyMatch(OpenValues::isNull);
    }

    private static boolean isNull(Schema part) {
        return part.getType() != null && part.getType().contains(SchemaType.NULL);
    }

    private static Schema text(Schema given, Schema enumeration) {
        var text = OASFactory.createSchema()
                .addType(SchemaType.STRING)
                .description(given.getDescription() == null ? enumeration.getDescription() : given.getDescription());
        if (parts(given).anyMatch(OpenValues::isNull)) {
            text.addType(SchemaType.NULL);
        }
        text.addExtension(VALUES, enumeration.getEnumeration());
        return text;
    }
}
