package ai.nexadesk.webhooks.testing.server;

import ai.nexadesk.webhooks.embedded.FreePort;
import ai.nexadesk.webhooks.testing.Await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A web server that is installed on this machine. It listens on a free loopback port and responds to every request with
 * 200.
 */
public final class RealServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final int port;

    private RealServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server that closes idle connections after this time.
     *
     * @param directory an empty directory for its files
     * @return empty if the server is not installed
     */
    public static Optional<RealServer> start(ServerKind kind, Path directory, Duration keepAlive) throws Exception {
        if (!kind.hasLibraries()) {
            return Optional.empty();
        }
        int port = FreePort.choose();
        Files.createDirectories(directory);
        for (var file : kind.files(directory, port, keepAlive.toMillis()).entrySet()) {
            Files.writeString(directory.resolve(file.getKey()), file.getValue());
        }
        return start(kind.program(), kind.arguments(directory, port, keepAlive.toMillis()), directory, port);
    }

    /** Starts this program, which will listen on this port. Its files are already in this directory. */
    public static Optional<RealServer> start(String name, List<String> arguments, Path directory, int port)
            throws Exception {
        var program = find(name);
        if (program.isEmpty()) {
            return Optional.empty();
        }
        var command = Stream.concat(Stream.of(program.get().toString()), arguments.stream())
                .toList();
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.log").toFile())
                .start();
        var server = new RealServer(process, port);
        try {
            Await.until(name + " listens", PATIENCE, server::listens, Boolean::booleanValue);
        } catch (RuntimeException | Error e) {
            server.close();
            throw new IllegalStateException(
                    name + " does not start: " + Files.readString(directory.resolve("output.log")), e);
        }
        return Optional.of(server);
    }

    private static Optional<Path> find(String program) {
        var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/sbin", "/usr/local/go/bin"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new IllegalStateException("it has exited");
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The server's URL. */
    public String url() {
        return "http://127.0.0.1:" + port + "/";
    }

    @Override
    public void close() {
        Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList()
                .forEach(ProcessHandle::destroyForcibly);
    }
}
