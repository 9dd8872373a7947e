package ai.nexadesk.webhooks.api;

import com.fasterxml.jackson.annotation.JsonInclude;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The API's response to a request that failed.
 *
 * @param success always false
 * @param error the error as a sentence for people
 * @param code a stable code for programs
 * @param fields the problems of each member of the request; omitted if the error is not about members
 */
public record ApiError(
        boolean success,
        String error,
        String code,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, List<String>> fields) {

    private static final int MAX_PROBLEMS = 20;
    private static final int LONGEST_TEXT = 1_000;

    /** Limits the number and length of problems, so that a response does not grow with the request. */
    public ApiError {
        fields = firstOf(fields);
        error = shortened(naming(fields, error));
    }

    /** The summary with the member's name, because "Use one line" alone is not clear. */
    private static String naming(Map<String, List<String>> fields, String error) {
        var names = fields.keySet();
        return names.isEmpty() || names.stream().anyMatch(name -> isNamed(name, error))
                ? error
                : names.iterator().next() + ": " + error;
    }

    private static boolean isNamed(String name, String error) {
        return Pattern.compile("(?<![A-Za-z0-9_])" + Pattern.quote(name) + "(?![A-Za-z0-9_])")
                .matcher(error)
                .find();
    }

    private static Map<String, List<String>> firstOf(Map<String, List<String>> fields) {
        var first = new LinkedHashMap<String, List<String>>();
        int left = MAX_PROBLEMS;
        for (var field : fields.entrySet()) {
            if (left == 0) {
                break;
            }
            var problems = field.getValue().stream()
                    .limit(left)
                    .map(ApiError::shortened)
                    .toList();
            first.put(shortened(field.getKey()), problems);
            left -= problems.size();
        }
        return first;
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }

    /** An error that is not about members of the request. */
    public static ApiError of(String code, String error) {
        return of(code, error, Map.of());
    }

    /** An error about members of the request. */
    public static ApiError of(String code, String error, Map<String, List<String>> fields) {
        return new ApiError(false, error, code, fields);
    }
}
