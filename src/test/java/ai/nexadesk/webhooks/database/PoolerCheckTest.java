package ai.nexadesk.webhooks.database;

import ai.nexadesk.webhooks.embedded.FreePort;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.server.RealServer;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@QuarkusTest
@DisplayName("A pooler in front of the database")
class PoolerCheckTest {

    @TempDir
    Path directory;

    @Test
    @DisplayName("is not reported if there is none")
    void none() throws Exception {
        assertThat(PoolerCheck.mixesSessions(HostDatabase.source())).isFalse();
    }

    @ParameterizedTest(name = "{0} mode, round robin {1}: {2}")
    @DisplayName("is detected if it mixes sessions")
    @CsvSource({"session,0,false", "session,1,false", "transaction,0,true", "transaction,1,true"})
    void pgBouncer(String mode, int roundRobin, boolean mixes) throws Exception {
        var source = (PGSimpleDataSource) HostDatabase.source();
        int port = FreePort.choose();
        // PgBouncer does not run as root, so another user must be able to use this directory.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(directory.resolve("pgbouncer.ini"), """
                [databases]
                pooled = host=%s port=%d dbname=%s user=%s password=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = %s
                server_round_robin = %d
                ignore_startup_parameters = extra_float_digits
                """.formatted(
                        source.getServerNames()[0],
                        source.getPortNumbers()[0],
                        source.getDatabaseName(),
                        source.getUser(),
                        source.getPassword(),
                        port,
                        mode,
                        roundRobin));
        var arguments = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            arguments.addAll(List.of("-u", "nobody"));
        }
        arguments.add("pgbouncer.ini");
        var server = RealServer.start("pgbouncer", arguments, directory, port);
        assumeTrue(server.isPresent(), "PgBouncer is not installed");
        try (var pgBouncer = server.get()) {
            var pooled = new PGSimpleDataSource();
            pooled.setUrl(pgBouncer.url().replace("http:", "jdbc:postgresql:") + "pooled");
            pooled.setUser(source.getUser());
            assertThat(PoolerCheck.mixesSessions(pooled)).isEqualTo(mixes);
        }
    }
}
