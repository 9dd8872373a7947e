package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.api.ApiException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;

/**
 * A log as a file, written while it is read: as many lines as the filter lets through, never all of them in memory. Comma
 * separated values (RFC 4180) with a head line, or JSON objects as in the REST API, one a line.
 */
@Singleton
public class LogExport {

    private static final int PART = 1_000;

    private static final String HEAD = "id,webhook_id,url,event,event_id,status,attempt_count,status_code,error_code,"
            + "duration_ms,created_at,attempted_at,next_attempt_at\r\n";

    private final DeliveryLog log;
    private final ObjectMapper json;

    LogExport(DeliveryLog log, ObjectMapper json) {
        this.log = log;
        this.json = json;
    }

    /** How a line of the log is written. */
    private interface Format {
        String line(LogEntry entry) throws IOException;
    }

    /**
     * The file.
     *
     * @param format {@code csv} or {@code jsonl}
     * @param name of the file, without its ending
     * @throws ApiException 404 for any other format
     */
    public Response answer(String format, String workspaceId, LogFilter filter, String name) {
        StreamingOutput output =
                switch (format) {
                    case "csv" -> out -> write(out, HEAD, LogExport::row, workspaceId, filter);
                    case "jsonl" ->
                        out -> write(
                                out,
                                "",
                                entry -> json.writeValueAsString(DeliveryView.of(entry)) + "\n",
                                workspaceId,
                                filter);
                    default -> throw ApiException.notFound();
                };
        return Response.ok(output, format.equals("csv") ? "text/csv; charset=UTF-8" : "application/x-ndjson")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "." + format + "\"")
                .build();
    }

    private void write(OutputStream out, String head, Format format, String workspaceId, LogFilter filter)
            throws IOException {
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        writer.write(head);
        @Nullable UUID before = null;
        do {
            var part = log.read(workspaceId, filter, before, PART);
            for (var entry : part.entries()) {
                writer.write(format.line(entry));
            }
            writer.flush();
            before = part.next();
        } while (before != null);
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

    /** Spreadsheets take a cell for a formula that begins so, and event ids are publishers' text. */
    private static String cell(String text) {
        var safe = text.matches("(?s)[=+\\-@\\t\\r].*") ? "'" + text : text;
        return safe.matches("[^,\"\\r\\n]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }
}
