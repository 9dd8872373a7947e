import com.nexadesk.client.invoker.ApiClient;
import com.nexadesk.client.model.Error;

import java.util.List;
import java.util.Map;

/** What differs between the libraries: OkHttp and Gson. */
final class Library {

    static ApiClient client(String url, String token) {
        // Not setBearerToken, which sets the token of the first security scheme only.
        return new ApiClient().setBasePath(url).addDefaultHeader("Authorization", "Bearer " + token);
    }

    static String header(String name, Map<String, List<String>> headers) {
        return headers.get(name.toLowerCase()).get(0);
    }

    static String error(String body) throws Exception {
        var error = Error.fromJson(body);
        return "error " + error.getCode() + " " + error.getError();
    }
}
