package ai.nexadesk.webhooks.testing.server;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The web servers that people use for their endpoints, and how to start them. */
public enum ServerKind {
    NGINX("nginx"),
    APACHE("apache2"),
    HAPROXY("haproxy"),
    NODE("node"),
    GUNICORN("gunicorn"),
    UVICORN("uvicorn"),
    PUMA("puma"),
    WEBRICK("ruby"),
    CADDY("caddy"),
    JETTY("java"),
    GO("go");

    /** Jetty's libraries, where Debian's packages install them. */
    private static final List<Path> JETTY_JARS = Stream.of(
                    "jetty9-server", "jetty9-http", "jetty9-io", "jetty9-util", "servlet-api")
            .map(name -> Path.of("/usr/share/java", name + ".jar"))
            .toList();

    private final String program;

    ServerKind(String program) {
        this.program = program;
    }

    String program() {
        return program;
    }

    /** Whether the server's libraries are installed. */
    boolean hasLibraries() {
        return this != JETTY || JETTY_JARS.stream().allMatch(Files::exists);
    }

    /** The server's configuration files. */
    Map<String, String> files(Path directory, int port, long millis) {
        return switch (this) {
            case NGINX -> Map.of("server.conf", """
                        daemon off; master_process off; pid nginx.pid; error_log stderr;
                        events {}
                        http {
                          access_log off; keepalive_timeout %dms;
                          client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                          uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                          server { listen 127.0.0.1:%d; location / { return 200 "OK"; } }
                        }
                        """.formatted(millis, port));
            case APACHE -> Map.of("index.html", "OK", "server.conf", """
                        ServerRoot %1$s
                        ServerName localhost
                        Listen 127.0.0.1:%2$d
                        PidFile %1$s/apache.pid
                        Mutex file:%1$s
                        ErrorLog /dev/stderr
                        DocumentRoot %1$s
                        KeepAlive On
                        KeepAliveTimeout %3$dms
                        MaxKeepAliveRequests 7
                        LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
                        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
                        LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
                        AliasMatch ^ %1$s/index.html
                        """.formatted(directory, port, millis));
            case HAPROXY -> Map.of("server.conf", """
                        defaults
                          mode http
                          timeout client 10s
                          timeout http-keep-alive %dms
                        frontend endpoint
                          bind 127.0.0.1:%d
                          http-request return status 200 content-type text/plain string OK
                        """.formatted(millis, port));
            case NODE -> Map.of("server.js", """
                        const server = require('http').createServer((request, response) => {
                          request.resume().on('end', () => response.end('OK'));
                        });
                        server.keepAliveTimeout = %d;
                        server.listen(%d, '127.0.0.1');
                        """.formatted(millis, port));
            case GUNICORN -> Map.of("endpoint.py", """
                        def app(environ, start_response):
                            environ['wsgi.input'].read()
                            start_response('200 OK', [('Content-Length', '2')])
                            return [b'OK']
                        """);
            case UVICORN -> Map.of("endpoint.py", """
                        async def app(scope, receive, send):
                            if scope['type'] != 'http':
                                return
                            await receive()
                            await send({'type': 'http.response.start', 'status': 200,
                                        'headers': [(b'content-length', b'2')]})
                            await send({'type': 'http.response.body', 'body': b'OK'})
                        """);
            case PUMA -> Map.of("config.ru", """
                        run lambda { |env| env['rack.input'].read; [200, { 'Content-Type' => 'text/plain' }, ['OK']] }
                        """, "puma.rb", """
                        bind 'tcp://127.0.0.1:%d'
                        threads 16, 16
                        persistent_timeout %d
                        rackup 'config.ru'
                        """.formatted(port, seconds(millis)));
            case WEBRICK -> Map.of("server.rb", """
                        require 'webrick'
                        quiet = WEBrick::Log.new(File::NULL)
                        server = WEBrick::HTTPServer.new(
                          BindAddress: '127.0.0.1', Port: %d, RequestTimeout: %d, Logger: quiet, AccessLog: [])
                        server.mount_proc('/') { |request, response| request.body; response.body = 'OK' }
                        server.start
                        """.formatted(port, seconds(millis)));
            case CADDY -> Map.of("Caddyfile", """
                        {
                          admin off
                          auto_https off
                          servers {
                            timeouts {
                              idle %dms
                            }
                          }
                        }
                        http://127.0.0.1:%d {
                          respond "OK" 200
                        }
                        """.formatted(millis, port));
            case JETTY -> Map.of("Endpoint.java", """
                        import javax.servlet.http.*;
                        import org.eclipse.jetty.server.*;
                        import org.eclipse.jetty.server.handler.AbstractHandler;

                        class Endpoint extends AbstractHandler {
                            public void handle(String target, Request jetty, HttpServletRequest request,
                                    HttpServletResponse response) throws java.io.IOException {
                                request.getInputStream().readAllBytes();
                                response.getWriter().print("OK");
                                jetty.setHandled(true);
                            }

                            public static void main(String[] arguments) throws Exception {
                                var server = new Server();
                                var connector = new ServerConnector(server);
                                connector.setHost("127.0.0.1");
                                connector.setPort(%d);
                                connector.setIdleTimeout(%d);
                                server.addConnector(connector);
                                server.setHandler(new Endpoint());
                                server.start();
                            }
                        }
                        """.formatted(port, millis));
            case GO -> Map.of("server.go", """
                        package main

                        import (
                        	"io"
                        	"net/http"
                        	"time"
                        )

                        func main() {
                        	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
                        		io.Copy(io.Discard, r.Body)
                        		w.Write([]byte("OK"))
                        	})
                        	server := http.Server{Addr: "127.0.0.1:%d", Handler: handler, IdleTimeout: %d * time.Millisecond}
                        	server.ListenAndServe()
                        }
                        """.formatted(port, millis));
        };
    }

    /** The server's command-line arguments. */
    List<String> arguments(Path directory, int port, long millis) {
        var seconds = Long.toString(seconds(millis));
        return switch (this) {
            case NGINX -> List.of("-p", directory.toString(), "-c", directory + "/server.conf", "-e", "stderr");
            case APACHE -> List.of("-X", "-f", directory + "/server.conf");
            case HAPROXY -> List.of("-db", "-f", directory + "/server.conf");
            case NODE -> List.of("server.js");
            case GUNICORN ->
                List.of(
                        "-k",
                        "gthread",
                        "--threads",
                        "16",
                        "--keep-alive",
                        seconds,
                        "-b",
                        "127.0.0.1:" + port,
                        "endpoint:app");
            case UVICORN ->
                List.of(
                        "endpoint:app",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "" + port,
                        "--timeout-keep-alive",
                        seconds,
                        "--no-access-log");
            case PUMA -> List.of("-C", "puma.rb");
            case WEBRICK -> List.of("server.rb");
            case CADDY -> List.of("run", "--config", "Caddyfile", "--adapter", "caddyfile");
            case JETTY ->
                List.of(
                        "-cp",
                        JETTY_JARS.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                        "Endpoint.java");
            case GO -> List.of("run", "server.go");
        };
    }

    /** For servers whose timeouts are in whole seconds. */
    private static long seconds(long millis) {
        return Math.max(1, millis / 1000);
    }
}
