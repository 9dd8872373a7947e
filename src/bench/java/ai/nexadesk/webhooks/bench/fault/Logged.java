package ai.nexadesk.webhooks.bench.fault;

import ai.nexadesk.webhooks.bench.lab.Application;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The warnings and errors that the replicas logged: each message once, without its numbers and IDs. */
final class Logged {

    private static final Pattern ENTRY =
            Pattern.compile("(?<at>\\d{4}-\\d\\d-\\d\\d [\\d:,]+) +(?<text>(?:WARN|ERROR) +\\[\\S+] \\(.*?\\) .*)");
    private static final Pattern THREAD = Pattern.compile("^(\\w+) +\\[\\S+] \\(.*?\\) ");
    private static final Pattern MORE = Pattern.compile(" \\((\\d+) more since the last entry\\)");
    private static final Pattern ANY_NUMBER = Pattern.compile("\\S*\\d\\S*");
    private static final Pattern TRACE = Pattern.compile("\\s+at \\S+\\(.*\\)");
    private static final String STARTED = " started in ";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");

    /** The log repeats a message at most once a minute. Half a minute allows for delays. */
    private static final int OFTEN_SECONDS = 30;

    private final Map<String, int[]> messages = new TreeMap<>();
    private final LocalDateTime since;
    private boolean isSince;
    private int entries;
    private int traceLines;
    private int tooOften;

    private Logged(LocalDateTime since) {
        this.since = since;
    }

    /** Reads the logs of all replicas since this time, in milliseconds since 1970. */
    static Logged by(List<Application> applications, long since) throws IOException {
        var logged = new Logged(LocalDateTime.ofInstant(Instant.ofEpochMilli(since), ZoneId.systemDefault()));
        for (var application : applications) {
            var latest = new HashMap<String, LocalDateTime>();
            for (var line : Files.readAllLines(application.log())) {
                logged.read(line, latest);
            }
        }
        return logged;
    }

    private void read(String line, Map<String, LocalDateTime> latest) {
        if (line.contains(STARTED)) {
            latest.clear();
        }
        if (isSince && TRACE.matcher(line).matches()) {
            traceLines++;
        }
        var entry = ENTRY.matcher(line);
        if (!entry.matches()) {
            return;
        }
        var at = LocalDateTime.parse(entry.group("at"), TIME);
        isSince = !at.isBefore(since);
        if (!isSince) {
            return;
        }
        var more = MORE.matcher(entry.group("text"));
        int omitted = more.find() ? Integer.parseInt(more.group(1)) : 0;
        var text = THREAD.matcher(MORE.matcher(entry.group("text")).replaceFirst(""))
                .replaceFirst("$1 ");
        var message = ANY_NUMBER.matcher(text).replaceAll("#");
        var before = latest.put(message, at);
        // An entry that counts omitted ones is logged later than its timestamp.
        if (omitted == 0 && before != null && before.plusSeconds(OFTEN_SECONDS).isAfter(at)) {
            tooOften++;
        }
        entries++;
        var counts = messages.computeIfAbsent(message, first -> new int[2]);
        counts[0]++;
        counts[1] += omitted;
    }

    /** Each message with the number of its entries, and the number of omitted entries that they report. */
    List<String> messages() {
        var lines = new ArrayList<String>();
        messages.forEach((text, counts) -> lines.add(counts[0] + " times, " + counts[1] + " omitted: " + text));
        return lines;
    }

    /** The number of warnings and errors. */
    int entries() {
        return entries;
    }

    int traceLines() {
        return traceLines;
    }

    /** The number of entries less than half a minute after the same entry of the same run of a replica. */
    int tooOften() {
        return tooOften;
    }
}
