package ai.nexadesk.webhooks.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

import java.util.List;
import java.util.Locale;

/**
 * Adds the requests that customers' endpoints receive, one per event type, to the API's description as
 * {@code webhooks}.
 */
@OpenApiFilter(stages = RunStage.RUNTIME_STARTUP)
public final class OpenApiWebhooks implements OASFilter {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String[]> HEADERS = List.of(
            new String[] {
                "X-NexaDesk-Signature",
                "`sha256=` followed by the hex-encoded HMAC-SHA256 of the raw body. The key is the whole secret."
            },
            new String[] {"X-NexaDesk-Event", "The event type."},
            new String[] {
                "X-NexaDesk-Event-Id",
                "The event ID, the same for every attempt and webhook. Use it to detect duplicates."
            },
            new String[] {"X-NexaDesk-Delivery", "The delivery ID, the same for every attempt."},
            new String[] {"X-NexaDesk-Attempt", "1, 2, …"},
            new String[] {"webhook-id", "The event ID, for Standard Webhooks libraries."},
            new String[] {"webhook-timestamp", "The time of the signature, in Unix seconds."},
            new String[] {
                "webhook-signature",
                "`v1,` followed by the base64 HMAC-SHA256 of ID, timestamp and body. Two signatures during a rotation."
            });

    private static final List<String[]> OPTIONAL_HEADERS = List.of(
            new String[] {"X-NexaDesk-Record", "The record that the event is about, such as `lead:550e8400`."},
            new String[] {
                "X-NexaDesk-Sequence",
                "The event's place in the order of publication: 19 digits, to be compared as text."
            },
            new String[] {"X-NexaDesk-Changed", "The names of the fields that changed, separated by commas."},
            new String[] {"X-NexaDesk-Actor", "Who caused the event, as type and id: `api_key:key_…`."},
            new String[] {"X-NexaDesk-Replay", "The job that sends a past event again: `job_…`."});

    /** Called by Quarkus. */
    public OpenApiWebhooks() {}

    @Override
    public void filterOpenAPI(OpenAPI description) {
        for (var type : Catalog.all()) {
            description.addWebhook(
                    type.name(),
                    OASFactory.createPathItem()
                            .POST(request(type.description(), schema(type)).operationId("on." + type.name())));
        }
        var ping = schema(
                "ping",
                OASFactory.createSchema()
                        .addType(SchemaType.OBJECT)
                        .addProperty("webhook_id", text().description("The webhook that is pinged.")));
        description.addWebhook(
                "ping",
                OASFactory.createPathItem()
                        .POST(request("Verifies that the endpoint is reachable; the response must be 200", ping)
                                .operationId("on.ping")));
    }

    private static Operation request(String summary, Schema payload) {
        var operation = OASFactory.createOperation()
                .summary(summary)
                // The requests are signed, and the endpoint requires nothing else.
                .security(List.of())
                .requestBody(OASFactory.createRequestBody().required(true).content(json(payload)))
                .responses(OASFactory.createAPIResponses()
                        .addAPIResponse("2XX", OASFactory.createAPIResponse().description("Delivered."))
                        .addAPIResponse(
                                "410",
                                OASFactory.createAPIResponse()
                                        .description("Gone. Retried on schedule like any other failure."))
                        .defaultValue(OASFactory.createAPIResponse()
                                .description("Failed, like no response within 5 seconds. Retried on schedule.")));
        HEADERS.forEach(header -> operation.addParameter(parameter(header, true)));
        OPTIONAL_HEADERS.forEach(header -> operation.addParameter(parameter(header, false)));
        return operation;
    }

    private static Parameter parameter(String[] header, boolean required) {
        return OASFactory.createParameter()
                .name(header[0])
                .in(Parameter.In.HEADER)
                .required(required)
                .description(header[1])
                .schema(text());
    }

    private static Content json(Schema payload) {
        return OASFactory.createContent()
                .addMediaType("application/json", OASFactory.createMediaType().schema(payload));
    }

    private static Schema schema(EventType type) {
        try {
            return schema(type.name(), read(JSON.readTree(type.schema())))
                    .addExample(JSON.readValue(type.examplePayload(), Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The catalog is JSON", e);
        }
    }

    private static Schema schema(String event, Schema data) {
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .required(List.of("event", "timestamp", "workspace_id", "data"))
                .addProperty("event", text().constValue(event))
                .addProperty("timestamp", text().format("date-time"))
                .addProperty("workspace_id", text())
                .addProperty("data", data);
    }

    private static Schema text() {
        return OASFactory.createSchema().addType(SchemaType.STRING);
    }

    /** Reads a schema of the catalog. */
    private static Schema read(JsonNode json) {
        var schema = OASFactory.createSchema();
        json.properties().forEach(member -> {
            var value = member.getValue();
            switch (member.getKey()) {
                case "type" -> {
                    if (value.isArray()) {
                        value.forEach(one -> schema.addType(type(one)));
                    } else {
                        schema.addType(type(value));
                    }
                }
                case "title" -> schema.title(value.textValue());
                case "description" -> schema.description(value.textValue());
                case "format" -> schema.format(value.textValue());
                case "enum" -> value.forEach(one -> schema.addEnumeration(one.textValue()));
                case "required" -> value.forEach(one -> schema.addRequired(one.textValue()));
                case "items" -> schema.items(read(value));
                case "properties" ->
                    value.properties().forEach(one -> schema.addProperty(one.getKey(), read(one.getValue())));
                case "additionalProperties" ->
                    schema.additionalPropertiesSchema(OASFactory.createSchema().booleanSchema(value.booleanValue()));
                case "$schema" -> {}
                default ->
                    throw new IllegalStateException(
                            "The catalog uses " + member.getKey() + ", which is not known here");
            }
        });
        return schema;
    }

    private static SchemaType type(JsonNode name) {
        return SchemaType.valueOf(name.textValue().toUpperCase(Locale.ROOT));
    }
}
