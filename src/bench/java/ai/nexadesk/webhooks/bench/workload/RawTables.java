package ai.nexadesk.webhooks.bench.workload;

import ai.nexadesk.webhooks.bench.lab.Database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;

/** The tables of the raw pipeline, as few and as narrow as possible, and its two statements. */
final class RawTables implements AutoCloseable {

    static final String DATABASE = "raw";

    private static final String TABLES = """
            create table event (id text primary key, workspace_id text not null, body bytea not null);
            create table delivery (id uuid primary key, event_id text not null, endpoint integer not null, status smallint);
            create table attempt (delivery_id uuid primary key, at timestamptz not null default now(), status smallint,
                duration_ms integer, signature text);
            create table work (delivery_id uuid primary key, endpoint integer not null) with (fillfactor = 70);
            """;
    private static final String STORE = """
            with input as (
                select * from unnest(?::text[], ?::text[], ?::integer[], ?::bytea[]) as i (id, workspace_id, first, body)
            ), stored as (
                insert into event (id, workspace_id, body) select id, workspace_id, body from input
            ), fanned_out as (
                insert into delivery (id, event_id, endpoint)
                select uuidv7(), id, first + n from input, generate_series(0, ? - 1) n
                returning id, event_id, endpoint
            ), queued as (
                insert into work (delivery_id, endpoint) select id, endpoint from fanned_out
            )
            select id, event_id, endpoint from fanned_out
            """;
    private static final String FINISH = """
            with result as (
                select * from unnest(?::uuid[], ?::smallint[], ?::integer[], ?::text[])
                    as r (delivery_id, status, duration_ms, signature)
            ), logged as (
                insert into attempt (delivery_id, status, duration_ms, signature) select * from result
            ), ended as (
                delete from work w using result r where w.delivery_id = r.delivery_id
            )
            update delivery d set status = r.status from result r where d.id = r.delivery_id
            """;

    private final Connection connection;

    RawTables(Database database) throws SQLException {
        connection = database.connect(DATABASE);
    }

    /** An event with the index of its first endpoint. */
    record Event(String id, String workspace, int firstEndpoint, byte[] body) {}

    record Delivery(UUID id, Event event, int endpoint) {}

    record Sent(UUID deliveryId, int status, int millis, String signature) {}

    static void create(Database database) throws SQLException {
        database.createDatabase(DATABASE);
        try (var connection = database.connect(DATABASE);
                var statement = connection.createStatement()) {
            statement.execute(TABLES);
        }
    }

    /** Stores events and their deliveries. They are durable when this method returns. */
    List<Delivery> store(List<Event> events, int fanOut) throws SQLException {
        try (var statement = connection.prepareStatement(STORE)) {
            var byId = new HashMap<String, Event>();
            events.forEach(event -> byId.put(event.id(), event));
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", events.stream().map(Event::id).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", events.stream().map(Event::workspace).toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "integer", events.stream().map(Event::firstEndpoint).toArray()));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "bytea", events.stream().map(Event::body).toArray(byte[][]::new)));
            statement.setInt(5, fanOut);
            var deliveries = new ArrayList<Delivery>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var event = java.util.Objects.requireNonNull(byId.get(rows.getString(2)));
                    deliveries.add(new Delivery(rows.getObject(1, UUID.class), event, rows.getInt(3)));
                }
            }
            return deliveries;
        }
    }

    /** Records the sent deliveries. */
    void finish(List<Sent> sent) throws SQLException {
        try (var statement = connection.prepareStatement(FINISH)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "uuid", sent.stream().map(Sent::deliveryId).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "smallint", sent.stream().map(Sent::status).toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "integer", sent.stream().map(Sent::millis).toArray()));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "text", sent.stream().map(Sent::signature).toArray()));
            statement.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
