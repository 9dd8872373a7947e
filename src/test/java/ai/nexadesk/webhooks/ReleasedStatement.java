package ai.nexadesk.webhooks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A statement of the released version.
 *
 * @param text the text that PostgreSQL receives
 * @param values the parameters of each execution, in the order of the file; empty for a statement that only reads
 */
record ReleasedStatement(String text, List<String> values) {

    private static final Path FILE = Path.of("src/test/resources/released-statements.sql");
    private static final String COMMENT = "--";
    private static final String VALUES = "-- with";
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    static List<ReleasedStatement> all() throws IOException {
        return Arrays.stream(Files.readString(FILE).split(";\n"))
                .filter(statement -> !statement.isBlank())
                .map(ReleasedStatement::parse)
                .toList();
    }

    private static ReleasedStatement parse(String part) {
        var values = new ArrayList<String>();
        var text = new ArrayList<String>();
        part.lines().forEach(line -> {
            if (line.startsWith(VALUES)) {
                values.add(line.substring(VALUES.length()));
            } else if (!line.startsWith(COMMENT)) {
                text.add(line);
            } else if (!values.isEmpty()) {
                values.set(values.size() - 1, values.get(values.size() - 1) + line.substring(COMMENT.length()));
            }
        });
        return new ReleasedStatement(String.join("\n", text).strip(), values);
    }

    /** Makes PostgreSQL plan the statement for any parameters. */
    void plan(Statement on) throws SQLException {
        on.execute("set plan_cache_mode = force_generic_plan");
        try {
            prepared(on, "explain execute released" + inBrackets(nothing()));
        } finally {
            on.execute("reset plan_cache_mode");
        }
    }

    /** Executes the statement with each of its values. Returns how many rows each execution returned or changed. */
    List<Integer> execute(Statement on) throws SQLException {
        var rows = new ArrayList<Integer>();
        for (var some : values) {
            rows.add(execute(on, some));
        }
        return rows;
    }

    /** Executes the statement with these values. */
    int execute(Statement on, String some) throws SQLException {
        return prepared(on, "execute released" + inBrackets(some));
    }

    private int prepared(Statement on, String what) throws SQLException {
        on.execute("prepare released as " + text);
        int rows = 0;
        if (on.execute(what)) {
            while (on.getResultSet().next()) {
                rows++;
            }
        } else {
            rows = on.getUpdateCount();
        }
        on.execute("deallocate released");
        return rows;
    }

    private static String inBrackets(String some) {
        return some.isBlank() ? "" : "(" + some + ")";
    }

    private String nothing() {
        int parameters = PARAMETER
                .matcher(text)
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElse(0);
        return String.join(", ", Collections.nCopies(parameters, "null"));
    }
}
