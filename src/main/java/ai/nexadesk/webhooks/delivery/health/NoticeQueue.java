package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.delivery.queue.Statements;
import ai.nexadesk.webhooks.webhook.Notices;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/** The notices that wait in the database to be mailed. Where mail is not configured there are none. */
@Singleton
class NoticeQueue implements Notices {

    private static final String ADD = "insert into notice (webhook_id, kind, created_at, next_at) values (?, ?, ?, ?)";
    private static final String CLAIM = """
            update notice set attempts = attempts + 1, next_at = ?
            where id = (select id from notice where next_at <= ? order by next_at, id limit 1 for update skip locked)
            returning id, webhook_id, kind, created_at, attempts, told
            """;
    private static final String KEEP = "update notice set told = ?, next_at = ? where id = ? and attempts = ?";
    private static final String REMOVE = "delete from notice where id = ? and attempts = ?";

    private final Statements present;
    private final Statements own;
    private final DataSource engine;
    private final InstantSource clock;
    private final boolean mailed;

    NoticeQueue(DataSource dataSource, @Engine DataSource engine, InstantSource clock, Settings settings) {
        this.present = new Statements(dataSource);
        this.own = new Statements(engine);
        this.engine = engine;
        this.clock = clock;
        this.mailed = settings.mail().from().isPresent();
    }

    @Override
    public void disabled(String webhookId) {
        add(webhookId, Notice.Kind.DISABLED);
    }

    /** That a webhook will be disabled; noted in the present transaction. */
    void warning(String webhookId) {
        add(webhookId, Notice.Kind.WARNING);
    }

    private void add(String webhookId, Notice.Kind kind) {
        if (!mailed) {
            return;
        }
        var now = Statements.at(clock.instant());
        try {
            present.update(ADD, (connection, statement) -> {
                statement.setString(1, webhookId);
                statement.setString(2, kind.word());
                statement.setObject(3, now);
                statement.setObject(4, now);
            });
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The one that has been due for longest, which nobody else gets before the lease ends; none if nothing is due. */
    Optional<Notice> claim(Instant now, Instant leaseEnds) throws SQLException {
        try (var connection = engine.getConnection();
                var statement = connection.prepareStatement(CLAIM)) {
            statement.setObject(1, Statements.at(leaseEnds));
            statement.setObject(2, Statements.at(now));
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                return Optional.of(new Notice(
                        rows.getLong(1),
                        rows.getString(2),
                        Notice.Kind.of(rows.getString(3)),
                        rows.getObject(4, OffsetDateTime.class).toInstant(),
                        rows.getInt(5),
                        Set.of((UUID[]) rows.getArray(6).getArray())));
            }
        }
    }

    /**
     * Notes who has the mail, and when the notice is due next.
     *
     * @return false if the lease had ended and another replica has the notice now
     */
    boolean keep(Notice notice, Collection<UUID> told, Instant next) throws SQLException {
        return own.update(KEEP, (connection, statement) -> {
                    statement.setArray(1, Statements.ids(connection, told));
                    statement.setObject(2, Statements.at(next));
                    statement.setLong(3, notice.id());
                    statement.setInt(4, notice.attempts());
                })
                == 1;
    }

    /** There is nothing left to do for it. */
    void remove(Notice notice) throws SQLException {
        own.update(REMOVE, (connection, statement) -> {
            statement.setLong(1, notice.id());
            statement.setInt(2, notice.attempts());
        });
    }
}
