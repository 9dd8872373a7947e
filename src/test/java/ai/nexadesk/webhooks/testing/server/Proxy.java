package ai.nexadesk.webhooks.testing.server;

import ai.nexadesk.webhooks.embedded.FreePort;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** nginx with the included configuration, in front of replicas on this machine. */
public final class Proxy implements AutoCloseable {

    private static final String AROUND = """
            daemon off; master_process off; pid nginx.pid; error_log stderr;
            events {}
            http {
              access_log off;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              %s
            }
            """;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final RealServer server;
    private final int publishing;

    private Proxy(RealServer server, int publishing) {
        this.server = server;
        this.publishing = publishing;
    }

    /**
     * Starts nginx.
     *
     * @return empty if nginx is not installed
     */
    public static Optional<Proxy> start(Path directory, int first, int second) throws Exception {
        int people = FreePort.choose();
        int publishing = FreePort.choose();
        var configuration = Files.readString(Path.of("docker/proxy.conf"))
                // There is no name server here, and an old nginx cannot resolve a name again.
                .replaceAll("(?m)^ *resolver .*$", "")
                .replace(" resolve ", " ")
                .replace("application-1:8080", "127.0.0.1:" + first)
                .replace("application-2:8080", "127.0.0.1:" + second)
                .replace("listen 8080", "listen 127.0.0.1:" + people)
                .replace("listen 8081", "listen 127.0.0.1:" + publishing);
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("server.conf"), AROUND.formatted(configuration));
        var arguments = List.of("-p", directory + "/", "-c", "server.conf");
        return RealServer.start("nginx", arguments, directory, people).map(server -> new Proxy(server, publishing));
    }

    /** Sends a request to the address for people and their programs. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(server.url()).resolve(path)));
    }

    /** Publishes to the address for NexaDesk's services. */
    public HttpResponse<String> publish(String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + publishing + "/api/v1/internal/events"))
                .header("Authorization", "Bearer " + PackagedApplication.PUBLISHER_TOKEN)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        server.close();
    }
}
