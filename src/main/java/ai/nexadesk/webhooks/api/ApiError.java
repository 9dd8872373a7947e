package ai.nexadesk.webhooks.api;

import com.fasterxml.jackson.annotation.JsonInclude;

import java.util.List;
import java.util.Map;

/**
 * What the API answers when something is wrong.
 *
 * @param success always false
 * @param error one readable sentence
 * @param code stable, for programs
 * @param fields what is wrong with which member of the request; left out where it is not about members
 */
public record ApiError(
        boolean success,
        String error,
        String code,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, List<String>> fields) {

    /** An error that is not about members of the request. */
    public static ApiError of(String code, String error) {
        return of(code, error, Map.of());
    }

    /** An error about members of the request. */
    public static ApiError of(String code, String error, Map<String, List<String>> fields) {
        return new ApiError(false, error, code, fields);
    }
}
