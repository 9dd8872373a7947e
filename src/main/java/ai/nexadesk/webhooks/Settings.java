package ai.nexadesk.webhooks;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything an operator can set, under the prefix {@code nexadesk}. Durations are written as {@code 5s}, {@code 30m},
 * {@code 24h} or in ISO 8601 ({@code PT5S}).
 */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk")
public interface Settings {

    /**
     * Whether this is the evaluation mode: embedded database, demo workspace, built-in inbox. Set by the launcher when
     * no database is configured; never true with one.
     */
    @WithDefault("false")
    boolean evaluation();

    /** Where the evaluation mode keeps its database and encryption key. */
    @WithDefault("${user.home}/.nexadesk-webhooks")
    String dataDir();

    /** How long events, deliveries and attempts are kept. */
    @WithDefault("30d")
    Duration retention();

    /** The public URL of the pages, for links in mails. The evaluation mode sets its own. */
    Optional<String> publicUrl();

    /** Whether to start, with a warning, although the database's settings could lose committed data. */
    @WithDefault("false")
    boolean allowUnsafeDatabase();

    /** Networks in CIDR notation of the proxies that are believed about where a request comes from. */
    Optional<Set<String>> trustedProxies();

    /** Enables the page that creates the first admin, while there are no users. */
    Optional<String> setupToken();

    Delivery delivery();

    Publisher publisher();

    Kafka kafka();

    Api api();

    Requests requests();

    Outgoing outgoing();

    Webhooks webhooks();

    Secrets secrets();

    Sessions sessions();

    OpenId openid();

    Mail mail();

    Tracing tracing();

    /** How deliveries are made. */
    interface Delivery {
        /** One absolute deadline for DNS, connect, TLS, headers and body of an attempt. */
        @WithDefault("5s")
        Duration timeout();

        /** The delays before the first, second, … retry, each from the end of the failed attempt. */
        @WithDefault("1m,5m,30m,2h,24h")
        List<Duration> retryDelays();

        /** How many requests may be in flight to one webhook. */
        @WithDefault("16")
        int inFlightPerWebhook();

        /** How many requests may be in flight in all; half of them are kept for endpoints that are quick and well. */
        @WithDefault("1024")
        int inFlight();

        /** How long a replica's lease on its deliveries lasts without renewal; at least three times the timeout is wise. */
        @WithDefault("15s")
        Duration lease();

        /** How many deliveries a second the background jobs of a workspace retry or recover. */
        @WithDefault("50")
        int jobsPerSecond();
    }

    /** Who may publish events. */
    interface Publisher {
        /** Bearer tokens of the host's own services, accepted by the publishing endpoint. */
        Optional<Set<String>> tokens();

        /** The largest publishing request, in bytes. */
        @WithDefault("16777216")
        int maxBody();

        /** What to do with data that does not match its schema in the catalog of event types. */
        @WithDefault("warn")
        SchemaMode schemaCheck();
    }

    /** Publishing from Kafka. */
    interface Kafka {
        /** Brokers as {@code host:port}, separated by commas; without any, nothing is taken from Kafka. */
        Optional<String> bootstrapServers();

        /** The topic of events, keyed by workspace. */
        @WithDefault("nexadesk-events")
        String topic();

        /** The topic for invalid records. */
        @WithDefault("nexadesk-events-dead")
        String deadLetterTopic();

        /** The consumer group of all replicas. */
        @WithDefault("nexadesk-webhooks")
        String group();

        /** A file with further properties of Kafka's client, such as {@code security.protocol}. */
        Optional<String> propertiesFile();
    }

    /** How published data is compared with the catalogue's schemas. */
    enum SchemaMode {
        /** Not at all. */
        OFF,
        /** Samples, with a warning in the log. */
        WARN,
        /** Every event, which is refused if it does not fit. */
        REJECT
    }

    /** The REST API for customers' programs. */
    interface Api {
        /** How many requests a key may make in any 60 seconds, on all replicas together; 0 for any number, 10,000 at most. */
        @WithDefault("100")
        int requestsPerMinute();
    }

    /** How slowly requests may come and answers be read, and over how many connections. */
    interface Requests {
        /** From the first byte of a request to the end of its head. */
        @WithDefault("10s")
        Duration headTimeout();

        /** From the end of its head to the end of its body. */
        @WithDefault("1m")
        Duration bodyTimeout();

        /** How many connections one client may have open; 0 for any number. */
        @WithDefault("1000")
        int connectionsPerAddress();

        /** From the beginning of a search or an export until all of its answer is read. */
        @WithDefault("5m")
        Duration answerTimeout();
    }

    /** Where requests may go. */
    interface Outgoing {
        /** Networks in CIDR notation that are allowed although they are not public. */
        Optional<Set<String>> allowedNetworks();

        /** Whether {@code http://} endpoints and any port are accepted; meant for development. */
        @WithDefault("false")
        boolean allowInsecure();

        /** Ports allowed besides 443 and 8443. */
        Optional<Set<Integer>> ports();

        /** A PEM file of authorities that endpoints' certificates may be of, besides the JDK's. */
        Optional<Path> trustedCertificates();

        /** The addresses and networks that requests come from, for receivers' firewalls. Shown, but not used. */
        Optional<List<String>> publicAddresses();

        /** DNS servers as {@code address:port}; by default those of the operating system. */
        Optional<List<String>> dnsServers();
    }

    /** Limits on webhooks. */
    interface Webhooks {
        /** How many webhooks a workspace may have. */
        @WithDefault("50")
        int maxPerWorkspace();

        /** After how long without a success, while attempts are made, a webhook is disabled; zero for never. */
        @WithDefault("5d")
        Duration disableAfter();

        /** Whether a saved webhook is also pinged with wrong signatures, to see whether its endpoint verifies them. */
        @WithDefault("true")
        boolean signatureTest();
    }

    /** Encryption of signing secrets at rest. */
    interface Secrets {
        /** The active AES-256 key, 32 bytes in base64. The evaluation mode makes one in its data directory. */
        Optional<String> encryptionKey();

        /** Former keys, still accepted for reading. */
        Optional<List<String>> formerEncryptionKeys();
    }

    /** Sessions of people in the browser. */
    interface Sessions {
        /** How long a session lasts without being used. */
        @WithDefault("12h")
        Duration idle();

        /** Whether cookies are sent over https only. The evaluation mode on localhost needs no https. */
        @WithDefault("true")
        boolean secureCookies();
    }

    /** Traces of OpenTelemetry, which has its own settings, {@code otel.…}, for the rest. */
    interface Tracing {
        /** Whether spans are made and exported. */
        @WithDefault("false")
        boolean enabled();
    }

    /** Signing in at a provider of OpenID Connect, besides passwords. */
    interface OpenId {
        /** The provider, as it calls itself; without one there is no such way in. */
        Optional<String> issuer();

        /** The client ID. */
        Optional<String> clientId();

        /** The client secret; without one, this is a public client. */
        Optional<String> clientSecret();

        /** Its name on the button. */
        @WithDefault("OpenID Connect")
        String name();
    }

    /** Notices to admins. */
    interface Mail {
        /** The sender's address; without one nothing is mailed. */
        Optional<String> from();
    }
}
