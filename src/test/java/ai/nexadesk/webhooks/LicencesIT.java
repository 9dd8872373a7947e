package ai.nexadesk.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares the bill of materials from the build with the licenses in {@code src/docs/security.md}. */
@DisplayName("The bill of materials")
class LicencesIT {

    private static final Path BILL = Path.of("target/sbom.cdx.json");
    private static final Pattern ACCEPTED = Pattern.compile("^\\| `([^`]+)` \\| .*", Pattern.MULTILINE);

    @Test
    @DisplayName("lists a version, a hash and an accepted license of every component")
    void everyComponent() throws IOException {
        var accepted = accepted();
        var ours = "nexadesk-webhooks";
        assertThat(components())
                .hasSizeGreaterThan(100)
                .filteredOn(component -> !component.path("name").textValue().equals(ours))
                .allSatisfy(component -> {
                    assertThat(component.path("version").asText()).isNotBlank().doesNotContain("SNAPSHOT");
                    assertThat(component.path("hashes")).isNotEmpty();
                    assertThat(licences(component)).containsAnyElementsOf(accepted);
                });
    }

    @Test
    @DisplayName("contains every accepted license, so that the list has no unused ones")
    void everyLicence() throws IOException {
        var found = components().stream()
                .flatMap(component -> licences(component).stream())
                .collect(Collectors.toSet());
        assertThat(found).containsAll(accepted());
    }

    private static Set<String> accepted() throws IOException {
        var text = Files.readString(Path.of("src/docs/security.md"));
        var section = text.substring(text.indexOf("| License |"));
        return ACCEPTED.matcher(section.substring(0, section.indexOf("\n\n")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
    }

    private static List<JsonNode> components() throws IOException {
        return StreamSupport.stream(
                        new ObjectMapper()
                                .readTree(BILL.toFile())
                                .path("components")
                                .spliterator(),
                        false)
                .toList();
    }

    private static List<String> licences(JsonNode component) {
        return StreamSupport.stream(component.path("licenses").spliterator(), false)
                .map(given -> given.has("expression")
                        ? given.path("expression").asText()
                        : given.path("license")
                                .path("id")
                                .asText(given.path("license").path("name").asText()))
                .toList();
    }
}
