package ai.nexadesk.webhooks.bench.fault;

import ai.nexadesk.webhooks.bench.measure.Pause;

import java.io.IOException;
import java.sql.SQLException;

/** Faults of the database and of the connection to it. */
final class DatabaseFaults {

    private static final int SECONDS = 30;
    private static final int LATE_MILLIS = 20;

    private DatabaseFaults() {}

    static void kill(FaultRun run, Cable cable) throws IOException {
        for (int i = 0; i < 3; i++) {
            run.crash();
            run.lab().database().kill();
            cable.cut();
            run.lab().database().restart();
            cable.mend(run.lab().database().port());
            Pause.millis(6_000);
        }
    }

    static void cut(FaultRun run, Cable cable) throws IOException {
        cable.cut();
        run.hold(SECONDS);
        cable.mend(run.lab().database().port());
    }

    /** Freezes the database: its connections stay open, but nothing responds. */
    static void freeze(FaultRun run) throws IOException {
        var readers = Readers.start(run.lab());
        run.crash();
        run.lab().database().signal("STOP");
        try {
            run.hold(SECONDS);
        } finally {
            run.lab().database().signal("CONT");
            readers.end();
        }
        run.crash();
    }

    /** Locks a table, as a migration or a backup that goes wrong does. */
    static void lock(FaultRun run, String table) throws IOException, SQLException {
        var readers = Readers.start(run.lab());
        run.crash();
        try (var connection = run.lab().database().connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table " + table);
            run.hold(SECONDS);
            connection.rollback();
        } finally {
            readers.end();
        }
        run.crash();
    }

    static void slow(FaultRun run, Cable cable) throws IOException {
        cable.delay(LATE_MILLIS);
        run.hold(SECONDS);
        cable.delay(0);
    }
}
