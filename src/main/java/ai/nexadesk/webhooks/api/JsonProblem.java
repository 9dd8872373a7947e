package ai.nexadesk.webhooks.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Describes problems of a JSON body in the caller's terms, not in Java's. */
final class JsonProblem {

    private static final Pattern TWICE = Pattern.compile("(?s)Duplicate field '(.*)'");

    private JsonProblem() {}

    static ApiError of(JsonProcessingException problem) {
        if (problem instanceof UnrecognizedPropertyException unknown) {
            return unknownMember(unknown);
        }
        if (problem instanceof MismatchedInputException mismatch) {
            return wrongType(mismatch, mismatch.getTargetType());
        }
        if (problem instanceof JsonMappingException mapping
                && mapping.getCause() instanceof InputCoercionException outOfRange) {
            return wrongType(mapping, outOfRange.getTargetType());
        }
        return malformed(problem);
    }

    private static ApiError unknownMember(UnrecognizedPropertyException problem) {
        var member = path(problem);
        var known = Stream.ofNullable(problem.getKnownPropertyIds())
                .flatMap(Collection::stream)
                .map(Object::toString)
                .sorted()
                .collect(Collectors.joining(", "));
        var message = "Unknown field \"" + member + "\". "
                + (known.isEmpty() ? "No fields are allowed." : "Known fields: " + known + ".");
        return ApiError.of("unknown_member", message, Map.of(member, List.of("Unknown field.")));
    }

    private static ApiError wrongType(JsonMappingException problem, @Nullable Class<?> type) {
        var member = path(problem);
        var expected = expected(type);
        if (problem.getOriginalMessage().startsWith("Trailing token")) {
            return ApiError.of("malformed_json", "Something follows the JSON object. Send one object only.");
        }
        if (member.isEmpty()) {
            return ApiError.of("malformed_json", "The body must be " + expected + ".");
        }
        if (problem.getOriginalMessage().startsWith("Missing required")) {
            var message = member + " is required: " + expected + ", or null.";
            return ApiError.of("validation_failed", message, Map.of(member, List.of("Required.")));
        }
        var message = member + " must be " + expected + ".";
        // Invalid times are reported like those of a filter.
        return ApiError.of(
                type == Instant.class ? "validation_failed" : "wrong_type",
                message,
                Map.of(member, List.of("Must be " + expected + ".")));
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null || type.isRecord() || Map.class.isAssignableFrom(type)) {
            return "a JSON object";
        }
        if (type.isEnum()) {
            return Stream.of(type.getEnumConstants())
                    .map(Object::toString)
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return "text";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "a list";
        }
        if (type == Instant.class) {
            return "a time such as 2026-03-20T14:00:00.000Z";
        }
        return Number.class.isAssignableFrom(type) || type.isPrimitive() ? "a whole number" : "a JSON object";
    }

    private static ApiError malformed(JsonProcessingException problem) {
        var twice = TWICE.matcher(problem.getOriginalMessage());
        if (twice.matches()) {
            var message = "\"" + twice.group(1) + "\" occurs twice. Send each field once.";
            return ApiError.of("duplicate_member", message, Map.of(twice.group(1), List.of("Occurs twice.")));
        }
        var place = problem.getLocation();
        var where = place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
        return ApiError.of("malformed_json", "The body is not valid JSON" + where + ".");
    }

    private static String path(JsonMappingException problem) {
        return problem.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }
}
