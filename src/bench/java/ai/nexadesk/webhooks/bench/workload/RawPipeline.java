package ai.nexadesk.webhooks.bench.workload;

import ai.nexadesk.webhooks.bench.lab.Events;
import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Phases;
import ai.nexadesk.webhooks.bench.lab.Usage;
import ai.nexadesk.webhooks.bench.measure.Row;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The upper limit: sends the same events to the same sink over the same PostgreSQL with plain JDBC and Vert.x, without
 * any application code. This process creates the events, so publishing over HTTP is not included. There is no fair
 * scheduling, leasing, retrying or DNS.
 */
final class RawPipeline {

    private static final int BATCH = 256;
    private static final int IN_FLIGHT = 4_000;
    private static final int CONNECTIONS_AN_ENDPOINT = 16;
    private static final String SECRET = "whsec_raw";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions().setMaxPoolSize(CONNECTIONS_AN_ENDPOINT).setMaxWaitQueueSize(-1));
    private final LinkedBlockingQueue<RawTables.Sent> done = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final List<RequestOptions> targets = new ArrayList<>();
    private final Mac mac;
    private long number;

    private RawPipeline(Lab lab, int fanOut) throws GeneralSecurityException {
        mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(java.nio.charset.StandardCharsets.UTF_8), "HmacSHA256"));
        for (int i = 0; i < lab.spaces().size() * fanOut; i++) {
            var url = URI.create(lab.sink().url(i));
            targets.add(new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setHost(url.getHost())
                    .setPort(url.getPort())
                    .setURI(url.getPath()));
        }
    }

    /** Runs for this long, after some seconds of warming up, while nothing else is running. */
    static Row run(Lab lab, int fanOut, int seconds) throws IOException, SQLException {
        try {
            for (var space : lab.spaces()) {
                for (int i = 0; i < fanOut; i++) {
                    lab.sink().know(space.first() + i, space.id(), SECRET);
                }
            }
            return new RawPipeline(lab, fanOut).measure(lab, fanOut, seconds);
        } catch (GeneralSecurityException | InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Row measure(Lab lab, int fanOut, int seconds) throws IOException, SQLException, InterruptedException {
        RawTables.create(lab.database());
        var writer = new Thread(() -> finish(lab), "raw-finisher");
        writer.start();
        publish(lab, fanOut, Math.max(3, seconds / 3));
        var before = Usage.of(lab.database(), 0, lab.sink(), RawTables.DATABASE);
        long start = System.nanoTime();
        publish(lab, fanOut, seconds);
        double elapsed = (System.nanoTime() - start) / 1e9;
        var after = Usage.of(lab.database(), 0, lab.sink(), RawTables.DATABASE);
        writer.interrupt();
        writer.join();
        vertx.close();
        var row = Row.named("raw fanout" + fanOut)
                .put("deliveries_per_s", (after.requests() - before.requests()) / elapsed);
        before.addTo(row, after);
        var wrong = lab.sink().counts();
        if (wrong.getLong("wrongSignatures") + wrong.getLong("wrongBodies") > 0) {
            throw new IOException("The raw pipeline sent wrong requests: " + wrong);
        }
        return row;
    }

    /**
     * Stores events in batches, with one commit per batch, and sends the committed ones. Waits for the last response.
     */
    private void publish(Lab lab, int fanOut, int seconds) throws SQLException, InterruptedException {
        var goesOn = Phases.forSeconds(seconds);
        try (var tables = new RawTables(lab.database())) {
            while (goesOn.getAsBoolean()) {
                room.acquire(BATCH * fanOut);
                var events = new ArrayList<RawTables.Event>(BATCH);
                for (int i = 0; i < BATCH; i++, number++) {
                    var space = lab.spaces().get((int) (number % lab.spaces().size()));
                    var body = Events.body(space.id(), number);
                    events.add(new RawTables.Event(Events.id(number), space.id(), space.first(), body));
                }
                for (var delivery : tables.store(events, fanOut)) {
                    vertx.runOnContext(now -> send(delivery));
                }
            }
        }
        room.acquire(IN_FLIGHT);
        room.release(IN_FLIGHT);
    }

    private void send(RawTables.Delivery delivery) {
        var body = delivery.event().body();
        var signature = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        long start = System.nanoTime();
        client.request(targets.get(delivery.endpoint()))
                .compose(request -> request.putHeader("Content-Type", "application/json")
                        .putHeader("X-NexaDesk-Signature", signature)
                        .putHeader("X-NexaDesk-Event", "lead.created")
                        .putHeader("X-NexaDesk-Event-Id", delivery.event().id())
                        .send(Buffer.buffer(body)))
                .compose(response -> response.body().map(response.statusCode()))
                .onSuccess(status -> done.add(new RawTables.Sent(
                        delivery.id(), status, (int) ((System.nanoTime() - start) / 1_000_000), signature)))
                .onFailure(e -> System.err.println("The raw pipeline failed: " + e));
    }

    private void finish(Lab lab) {
        try (var tables = new RawTables(lab.database())) {
            while (true) {
                var batch = new ArrayList<RawTables.Sent>();
                batch.add(done.take());
                done.drainTo(batch, 2 * BATCH - 1);
                tables.finish(batch);
                room.release(batch.size());
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
