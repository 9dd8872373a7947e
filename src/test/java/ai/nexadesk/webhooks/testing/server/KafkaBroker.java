package ai.nexadesk.webhooks.testing.server;

import ai.nexadesk.webhooks.embedded.FreePort;
import ai.nexadesk.webhooks.testing.Await;
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
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A real Kafka broker in its own process. It can be killed and restarted on the same data. Tests connect to it without
 * security. The application can use another address, with TLS and a password.
 */
public final class KafkaBroker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final int MOST_TRIES = 3;

    /** The user of the secured address. */
    public static final String USER = "nexadesk";

    /** The password of that user. It consists of digits only, so that a careless parser reads it as a number. */
    public static final String PASSWORD = "0815471108154711";

    private static final String SCRAM = "SCRAM-SHA-512=[name=" + USER + ",password=" + PASSWORD + "]";
    private static final String CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";

    private final Path directory;
    private final int port;
    private final int securedPort;
    private Process process;

    private KafkaBroker(Path directory, int port, int securedPort) {
        this.directory = directory;
        this.port = port;
        this.securedPort = securedPort;
    }

    /** The new process: formats the storage if there is none, and then runs the broker. It prints warnings. */
    public static void main(String... args) {
        var printer = new ConsoleHandler();
        printer.setLevel(Level.WARNING);
        Logger.getLogger("").addHandler(printer);
        if (kafka.tools.StorageTool.execute(
                        new String[] {
                            "format", "-t", CLUSTER_ID, "-c", args[0], "--ignore-formatted", "--add-scram", SCRAM
                        },
                        System.out)
                != 0) {
            System.exit(1);
        }
        kafka.Kafka.main(args);
    }

    /** Starts a broker with its data in this directory, and waits until it responds. */
    public static KafkaBroker start(Path directory) throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                return startOnNewPorts(directory.resolve("try-" + tries));
            } catch (EndedException ended) {
                // Another process may have taken one of the ports in the meantime.
                if (tries == MOST_TRIES) {
                    throw ended;
                }
                System.out.println(ended.getMessage());
            }
        }
    }

    private static KafkaBroker startOnNewPorts(Path directory) throws Exception {
        var broker = new KafkaBroker(directory, FreePort.choose(), FreePort.choose());
        int controller = FreePort.choose();
        Files.createDirectories(directory);
        // The certificate is for this address, which clients check.
        Keytool.makeKey(broker.keyStore(), "-alias", "broker", "-dname", "CN=broker", "-ext", "san=ip:127.0.0.1");
        Keytool.run(
                broker.keyStore(),
                "-exportcert",
                "-rfc",
                "-alias",
                "broker",
                "-file",
                broker.certificate().toString());
        // By default, the log cleaner would allocate half of the heap, which sometimes failed at a start.
        Files.writeString(broker.settings(), """
                process.roles=broker,controller
                node.id=1
                listeners=PLAINTEXT://127.0.0.1:%1$d,SECURED://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%3$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,SECURED://127.0.0.1:%2$d
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL,CONTROLLER:PLAINTEXT
                listener.name.secured.ssl.keystore.location=%4$s
                listener.name.secured.ssl.keystore.password=%5$s
                listener.name.secured.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
                listener.name.secured.plain.sasl.jaas.config=%6$s
                listener.name.secured.scram-sha-512.sasl.jaas.config=%7$s
                controller.listener.names=CONTROLLER
                controller.quorum.voters=1@127.0.0.1:%3$d
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                allow.everyone.if.no.acl.found=true
                log.dirs=%8$s
                num.partitions=1
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                group.initial.rebalance.delay.ms=0
                log.cleaner.dedupe.buffer.size=2097152
                """.formatted(
                        broker.port,
                        broker.securedPort,
                        controller,
                        broker.keyStore(),
                        Keytool.PASSWORD,
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_" + USER + "=\""
                                + PASSWORD + "\";",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                        directory.resolve("data")));
        broker.restart();
        return broker;
    }

    private Path keyStore() {
        return directory.resolve("broker.p12");
    }

    /** The certificate of the secured address, in PEM, for clients to trust. */
    public Path certificate() {
        return directory.resolve("broker.pem");
    }

    private Path settings() {
        return directory.resolve("server.properties");
    }

    /** Restarts the broker after it was killed. */
    public void restart() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:-BytecodeVerificationRemote",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KafkaBroker.class.getName(),
                        settings().toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("broker.log").toFile())
                .start();
        try (var admin = admin()) {
            Await.until("the broker", PATIENCE, () -> answers(admin), up -> up || !process.isAlive());
        }
        if (!process.isAlive()) {
            throw new EndedException("The broker ended with exit code " + process.exitValue() + " during its start: "
                    + Files.readString(directory.resolve("broker.log")));
        }
    }

    private static final class EndedException extends IOException {

        private static final long serialVersionUID = 1;

        EndedException(String message) {
            super(message);
        }
    }

    private static boolean answers(Admin admin) {
        try {
            return !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty();
        } catch (Exception notYet) {
            return false;
        }
    }

    /** The address without security. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** The address with TLS, which requires the user and the password. */
    public String securedAddress() {
        return "127.0.0.1:" + securedPort;
    }

    /** A new admin client. The caller must close it. */
    public Admin admin() {
        return Admin.create(Map.of(
                "bootstrap.servers",
                address(),
                "request.timeout.ms",
                "10000",
                "default.api.timeout.ms",
                "20000",
                "reconnect.backoff.max.ms",
                "300"));
    }

    public void createTopic(String name, int partitions) throws InterruptedException, ExecutionException {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** Kills the broker, like a power failure. */
    public void kill() {
        close();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
