package ai.nexadesk.webhooks.testing;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A real broker of Kafka in a process of its own, that can be ended and started again on the same data. */
public final class KafkaBroker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";

    private final Path directory;
    private final int port;
    private Process process;

    private KafkaBroker(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** In the new process: makes its storage if there is none, and then is a broker. */
    public static void main(String... args) {
        if (kafka.tools.StorageTool.execute(
                        new String[] {"format", "-t", CLUSTER_ID, "-c", args[0], "--ignore-formatted"}, System.out)
                != 0) {
            System.exit(1);
        }
        kafka.Kafka.main(args);
    }

    /** Starts one with its data below this directory, and waits until it answers. */
    public static KafkaBroker start(Path directory) throws IOException {
        var broker = new KafkaBroker(directory, MailServer.freePort());
        int controller = MailServer.freePort();
        Files.createDirectories(directory);
        Files.writeString(broker.settings(), """
                process.roles=broker,controller
                node.id=1
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                controller.listener.names=CONTROLLER
                controller.quorum.voters=1@127.0.0.1:%2$d
                log.dirs=%3$s
                num.partitions=1
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                group.initial.rebalance.delay.ms=0
                """.formatted(broker.port, controller, directory.resolve("data")));
        broker.restart();
        return broker;
    }

    private Path settings() {
        return directory.resolve("server.properties");
    }

    /** Starts it after it was killed. */
    public void restart() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KafkaBroker.class.getName(),
                        settings().toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("broker.log").toFile())
                .start();
        Await.until("a broker", PATIENCE, this::answers, up -> up || !process.isAlive());
        if (!process.isAlive()) {
            throw new IOException("The broker did not start: " + Files.readString(directory.resolve("broker.log")));
        }
    }

    private boolean answers() {
        try (var admin = admin()) {
            return !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty();
        } catch (Exception notYet) {
            return false;
        }
    }

    /** Where it listens. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Asks it things; to be closed. */
    public Admin admin() {
        return Admin.create(
                Map.of("bootstrap.servers", address(), "request.timeout.ms", "3000", "default.api.timeout.ms", "5000"));
    }

    /** Makes a topic. */
    public void createTopic(String name, int partitions) throws InterruptedException, ExecutionException {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** Ends it as a power cut would. */
    public void kill() {
        close();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
