package ai.nexadesk.webhooks.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The catalog of event types")
class CatalogTest {

    private static final Map<String, Set<String>> REQUIRED = Map.of(
            "lead", Set.of("id", "visitor_name", "pipeline_stage", "created_at"),
            "contact", Set.of("id", "first_name", "created_at"),
            "conversation", Set.of("id", "status", "created_at"),
            "message", Set.of("id", "conversation_id", "content", "created_at"));

    @Test
    void listsTheDocumentedTypesWithTheirDescriptionsInOrder() {
        assertThat(Catalog.all().stream().map(type -> type.name() + " | " + type.description()))
                .containsExactly(
                        "conversation.created | A new conversation was started",
                        "conversation.updated | Conversation status, assignment, or tags changed",
                        "conversation.closed | A conversation was archived",
                        "message.created | A new message was sent in any conversation",
                        "lead.created | A new lead was added to the CRM",
                        "lead.updated | A lead's stage, assignment, or details changed",
                        "lead.deleted | A lead was deleted",
                        "contact.created | A new contact was created",
                        "contact.updated | A contact's details were updated");
    }

    static Iterable<EventType> types() {
        return Catalog.all();
    }

    @ParameterizedTest
    @MethodSource("types")
    void givesEachTypeAnExampleOfItsResource(EventType type) throws Exception {
        var example = new ObjectMapper().readTree(type.example());

        assertThat(type.name()).startsWith(type.resource() + ".");
        assertThat(example.fieldNames()).toIterable().containsAll(REQUIRED.get(type.resource()));
        assertThat(type.example()).startsWith("{\n  \"id\": \"").endsWith("\n}");
    }

    @Test
    void findsATypeByItsExactNameOnly() {
        assertThat(Catalog.find("lead.created")).contains(Catalog.all().get(4));
        assertThat(Catalog.find("Lead.created")).isEmpty();
        assertThat(Catalog.find("ping")).isEmpty();
    }
}
