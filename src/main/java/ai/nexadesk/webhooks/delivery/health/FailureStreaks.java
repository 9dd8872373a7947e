package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Acting;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.delivery.queue.Statements;
import ai.nexadesk.webhooks.webhook.DisableWarnings;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Which webhooks have had nothing but failures, and since when. */
@Singleton
@Named(DisableWarnings.BEAN)
public class FailureStreaks implements DisableWarnings {

    private static final String SUCCEEDED = "delete from webhook_failing where webhook_id = any (?::text[])";
    private static final String FAILED = """
            insert into webhook_failing (webhook_id, since)
            select w.id, failed.since
            from unnest(?::text[], ?::timestamptz[]) failed (id, since)
                join webhook w on w.id = failed.id and w.status = 'active' and w.deleted_at is null
            on conflict do nothing
            """;
    private static final String CASES =
            "select webhook_id, since, warned from webhook_failing where webhook_id = any (?::text[])";
    private static final String WARN = "update webhook_failing set warned = true where webhook_id = ? and not warned";

    private final DataSource dataSource;
    private final DataSource engine;
    private final Statements statements;
    private final NoticeQueue notices;
    private final Duration disableAfter;

    FailureStreaks(DataSource dataSource, @Engine DataSource engine, NoticeQueue notices, Settings settings) {
        this.dataSource = dataSource;
        this.engine = engine;
        this.statements = new Statements(engine);
        this.notices = notices;
        this.disableAfter = settings.webhooks().disableAfter();
    }

    /**
     * A webhook that fails.
     *
     * @param webhookId which one
     * @param since the first failure after the last success
     * @param warned whether its admins were told
     */
    record Case(String webhookId, Instant since, boolean warned) {}

    @Override
    @Transactional
    public @Nullable Warning warning(String webhookId) {
        return warnings(List.of(webhookId)).get(webhookId);
    }

    @Override
    @Transactional
    public Map<String, Warning> warnings(Collection<String> webhookIds) {
        try {
            return all(dataSource, webhookIds).stream()
                    .filter(Case::warned)
                    .collect(Collectors.toMap(
                            Case::webhookId,
                            found -> new Warning(found.since(), found.since().plus(disableAfter))));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Notes which webhooks took something, and which only failed, with their first failure. */
    void note(Collection<String> succeeded, Map<String, Instant> failed) throws SQLException {
        statements.update(SUCCEEDED, (connection, statement) -> statement.setArray(1, texts(connection, succeeded)));
        statements.update(FAILED, (connection, statement) -> {
            statement.setArray(1, texts(connection, failed.keySet()));
            statement.setArray(
                    2,
                    texts(
                            connection,
                            failed.values().stream().map(Instant::toString).toList()));
        });
    }

    /** Those of these webhooks that fail. */
    List<Case> all(Collection<String> webhooks) throws SQLException {
        return all(engine, webhooks);
    }

    private static List<Case> all(DataSource dataSource, Collection<String> webhooks) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CASES)) {
            statement.setArray(1, texts(connection, webhooks));
            var cases = new ArrayList<Case>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    cases.add(new Case(
                            rows.getString(1),
                            rows.getObject(2, OffsetDateTime.class).toInstant(),
                            rows.getBoolean(3)));
                }
            }
            return cases;
        }
    }

    /** Warns of a webhook, in a transaction of its own; whichever replicas call it how often, once. */
    void warn(String webhookId) {
        Acting.ENGINE.call(() -> {
            int warned = new Statements(dataSource)
                    .update(WARN, (connection, statement) -> statement.setString(1, webhookId));
            if (warned == 1) {
                notices.warning(webhookId);
            }
            return warned;
        });
    }

    private static java.sql.Array texts(Connection connection, Collection<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }
}
