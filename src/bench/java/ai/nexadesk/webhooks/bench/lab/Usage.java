package ai.nexadesk.webhooks.bench.lab;

import ai.nexadesk.webhooks.bench.measure.Proc;
import ai.nexadesk.webhooks.bench.measure.Row;

import java.io.IOException;
import java.sql.SQLException;

/**
 * The resources used up to a moment: CPU seconds of each part, statements, and bytes.
 *
 * @param databaseBytes the size of all relations
 * @param walBytes the size of the write-ahead log written
 * @param requests the number of requests that the sink had received
 */
public record Usage(
        double application,
        double postgres,
        double sink,
        double generator,
        long statements,
        long databaseBytes,
        long walBytes,
        long requests) {

    public static Usage of(Database database, long applicationPid, SinkProcess sink, String databaseName)
            throws IOException, SQLException {
        return new Usage(
                applicationPid == 0 ? 0 : Proc.cpuSeconds(applicationPid),
                Proc.cpuSecondsOfTree(database.pid()),
                Proc.cpuSeconds(sink.pid()),
                Proc.cpuSeconds(ProcessHandle.current().pid()),
                database.statements(),
                database.bytes(databaseName),
                database.walBytes(),
                sink.requests());
    }

    /** Adds the resources used since then, per delivery, to a row of the report. */
    public void addTo(Row row, Usage after) {
        double deliveries = Math.max(1, after.requests - requests);
        double thousands = deliveries / 1_000;
        row.put("cpu_s_per_1000_application", (after.application - application) / thousands);
        row.put("cpu_s_per_1000_postgresql", (after.postgres - postgres) / thousands);
        row.put("cpu_s_per_1000_sink", (after.sink - sink) / thousands);
        row.put("cpu_s_per_1000_generator", (after.generator - generator) / thousands);
        row.put("statements_per_delivery", (after.statements - statements) / deliveries);
        row.put("database_bytes_per_delivery", (after.databaseBytes - databaseBytes) / deliveries);
        row.put("wal_bytes_per_delivery", (after.walBytes - walBytes) / deliveries);
    }
}
