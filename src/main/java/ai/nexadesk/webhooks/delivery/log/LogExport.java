package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;

/**
 * Exports a log as a file, streamed part by part: comma-separated values (RFC 4180) with a header, or JSON objects as in the REST API,
 * one per line. No transaction is open while a part is written. {@link Costly} limits how long a slow reader may take.
 */
@Singleton
public class LogExport {

    private static final Logger LOG = Logger.getLogger(LogExport.class);

    static final String JSON_LINES = "application/x-ndjson";

    private static final int PART = 1_000;

    /** Maximum lines with bodies in memory at once. */
    private static final int PART_WITH_BODIES = 20;

    private static final String HEAD = "id,webhook_id,url,event,event_id,status,attempt_count,status_code,error_code,"
            + "duration_ms,created_at,attempted_at,next_attempt_at\r\n";

    private final DeliveryLog log;
    private final ObjectMapper json;
    private final RoutingContext request;

    LogExport(DeliveryLog log, ObjectMapper json, RoutingContext request) {
        this.log = log;
        this.json = json;
        this.request = request;
    }

    /** A format for writing parts of the log. */
    private interface Format {
        void write(List<LogEntry> part, Writer writer) throws IOException;
    }

    /**
     * The file.
     *
     * @param format {@code csv}, {@code jsonl}, or {@code bodies.jsonl} with requests and responses, whose export is
     *     noted in the audit log
     * @param name the file's name without its extension
     * @throws ApiException 404 for any other format
     */
    public Response answer(String format, Caller caller, LogFilter filter, String name) {
        var workspaceId = caller.workspaceId();
        Format content =
                switch (format) {
                    case "csv" -> LogExport::rows;
                    case "jsonl" -> this::lines;
                    case "bodies.jsonl" -> this::linesWithBodies;
                    default -> throw ApiException.notFound();
                };
        // Read before the response starts, so that an error can still be reported.
        var first = log.list(workspaceId, filter, null, PART);
        var head = format.equals("csv") ? HEAD : "";
        StreamingOutput output = out -> write(out, head, content, workspaceId, filter, first);
        if (format.equals("bodies.jsonl")) {
            var subject = Objects.requireNonNullElse(filter.webhookId(), "all");
            QuarkusTransaction.requiringNew()
                    .run(() -> AuditEntry.record(caller, "delivery.exported", subject, "with requests and responses"));
        }
        return Response.ok(output, format.equals("csv") ? "text/csv; charset=UTF-8" : JSON_LINES)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "." + format + "\"")
                .build();
    }

    /** Writes the file. After an error in the middle, closing the connection is the only way to report it. */
    private void write(
            OutputStream out,
            String head,
            Format format,
            String workspaceId,
            LogFilter filter,
            DeliveryLog.Entries first) {
        var connection = request.request().connection();
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        try {
            writer.write(head);
            var part = first;
            format.write(part.entries(), writer);
            for (var before = part.next(); before != null; before = part.next()) {
                writer.flush();
                part = log.list(workspaceId, filter, before, PART);
                format.write(part.entries(), writer);
            }
            writer.flush();
        } catch (IOException e) {
            LOG.debugf("An export was not read completely: %s", e.getMessage());
            connection.close();
        } catch (RuntimeException e) {
            LOG.warnf("An export was cut off: %s", e.getMessage());
            connection.close();
        }
    }

    private void lines(List<LogEntry> part, Writer writer) throws IOException {
        for (var entry : part) {
            writer.write(json.writeValueAsString(DeliveryView.of(entry)) + "\n");
        }
    }

    private void linesWithBodies(List<LogEntry> part, Writer writer) throws IOException {
        for (int from = 0; from < part.size(); from += PART_WITH_BODIES) {
            for (var detail : log.details(part.subList(from, Math.min(from + PART_WITH_BODIES, part.size())))) {
                writer.write(json.writeValueAsString(DeliveryView.Full.of(detail, false)) + "\n");
            }
        }
    }

    private static void rows(List<LogEntry> part, Writer writer) throws IOException {
        for (var entry : part) {
            writer.write(row(entry));
        }
    }

    private static String row(LogEntry entry) {
        var view = DeliveryView.of(entry);
        return Stream.of(
                                view.id(),
                                view.webhookId(),
                                entry.url(),
                                view.event(),
                                view.eventId(),
                                view.status(),
                                view.attemptCount(),
                                view.statusCode(),
                                view.errorCode(),
                                view.durationMs(),
                                view.createdAt(),
                                view.attemptedAt(),
                                view.nextAttemptAt())
                        .map(value -> cell(Objects.toString(value, "")))
                        .collect(Collectors.joining(","))
                + "\r\n";
    }

    /** Escapes a cell. Spreadsheets interpret some texts as formulas, and publishers choose event IDs. */
    private static String cell(String text) {
        var safe = text.matches("(?s)[=+\\-@\\t\\r].*") ? "'" + text : text;
        return safe.matches("[^,\"\\r\\n]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }
}
