package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.outbound.ErrorCode;
import ai.nexadesk.webhooks.testing.ApiDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("Every error code")
class ErrorCodesTest {

    /** The places in the source code that create an error code. */
    private static final Pattern CODE = Pattern.compile(
            "(?:InvalidEventException\\s*\\.at|refuse|error|conflict|forbidden|tooMany|badRequest|new ApiException"
                    + "|ApiError\\s*\\.of)\\(\\s*(?:\\w+,\\s*)?\"([a-z0-9_]+)\"\\s*,"
                    + "|text\\(parser, \\w+, \"([a-z_]+)\""
                    + "|String CODE = \"([a-z_]+)\"|\\? \"([a-z]+_[a-z_]+)\" : \"([a-z]+_[a-z_]+)\"");

    /** Field names of forms, which look like error codes. They never appear in an API response. */
    private static final Set<String> OF_PAGES = Set.of("cross_site", "again", "current", "new");

    private JsonNode schemas;

    @BeforeEach
    void read() {
        schemas = ApiDescription.read().document().at("/components/schemas");
    }

    @Test
    @DisplayName("in the code is documented with its status, cause and remedy, and no others are")
    void api() throws IOException {
        assertThat(described("ErrorCode")).containsExactlyElementsOf(ofTheCode());
        schemas.at("/ErrorCode/x-enumDescriptions").properties().forEach(code -> assertThat(
                        code.getValue().textValue())
                .as(code.getKey())
                .matches("[45]\\d\\d\\. \\p{Lu}.*\\."));
    }

    @Test
    @DisplayName("of an attempt is documented, and no others are")
    void attempts() {
        assertThat(described("AttemptErrorCode"))
                .containsExactlyElementsOf(
                        Stream.of(ErrorCode.values()).map(ErrorCode::value).toList());
    }

    private List<String> described(String schema) {
        var codes = new ArrayList<String>();
        schemas.at("/" + schema + "/enum").forEach(code -> codes.add(code.textValue()));
        var explained = new ArrayList<String>();
        schemas.at("/" + schema + "/x-enumDescriptions").fieldNames().forEachRemaining(explained::add);
        assertThat(explained).containsExactlyInAnyOrderElementsOf(codes);
        return codes;
    }

    private static Set<String> ofTheCode() throws IOException {
        var codes = new TreeSet<String>();
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                var found = CODE.matcher(Files.readString(file));
                while (found.find()) {
                    Stream.of(1, 2, 3, 4, 5)
                            .map(found::group)
                            .filter(code -> code != null && !OF_PAGES.contains(code))
                            .forEach(codes::add);
                }
            }
        }
        assertThat(codes).hasSizeGreaterThan(40);
        return codes;
    }
}
