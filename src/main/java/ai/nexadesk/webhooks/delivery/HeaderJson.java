package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.outbound.Header;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** Headers as stored in the log: {@code [["name", "value"], …]}, which preserves order and repetition. */
public final class HeaderJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<List<List<String>>> PAIRS = new TypeReference<>() {};

    private HeaderJson() {}

    public static String write(List<Header> headers) {
        try {
            return MAPPER.writeValueAsString(headers.stream()
                    .map(header -> List.of(header.name(), header.value()))
                    .toList());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static List<Header> read(@Nullable String json) {
        if (json == null) {
            return List.of();
        }
        try {
            return MAPPER.readValue(json, PAIRS).stream()
                    .map(pair -> new Header(pair.get(0), pair.get(1)))
                    .toList();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The headers of an attempt cannot be read", e);
        }
    }
}
