import com.nexadesk.client.invoker.ApiClient;
import com.nexadesk.client.model.Error;

import java.util.List;
import java.util.Map;

/** What differs between the libraries: java.net.http and Jackson. */
final class Library {

    static ApiClient client(String url, String token) {
        var client = new ApiClient();
        client.updateBaseUri(url);
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
        return client;
    }

    static String header(String name, Map<String, List<String>> headers) {
        return headers.get(name.toLowerCase()).get(0);
    }

    static String error(String body) throws Exception {
        var error = ApiClient.createDefaultObjectMapper().readValue(body, Error.class);
        return "error " + error.getCode() + " " + error.getError();
    }
}
