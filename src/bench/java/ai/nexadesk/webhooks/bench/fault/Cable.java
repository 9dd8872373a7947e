package ai.nexadesk.webhooks.bench.fault;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The connection from the applications to their database, over a port of this machine. It can be cut, delayed, and
 * redirected to another port.
 */
final class Cable implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final NetClient client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(2_000));
    private final Set<NetSocket> sockets = new HashSet<>();
    private final int port;
    private volatile int target;
    private volatile boolean cut;
    private volatile int delayMillis;

    private Cable(int target) throws Exception {
        this.target = target;
        var options = new NetServerOptions().setHost("127.0.0.1").setPort(0);
        this.port = vertx.createNetServer(options)
                .connectHandler(this::connect)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    /** Opens a connection to this port. */
    static Cable to(int target) throws IOException {
        try {
            return new Cable(target);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private void connect(NetSocket near) {
        if (cut) {
            near.close();
            return;
        }
        near.pause();
        client.connect(target, "127.0.0.1").onFailure(e -> near.close()).onSuccess(far -> {
            sockets.addAll(List.of(near, far));
            near.closeHandler(closed -> end(near, far));
            far.closeHandler(closed -> end(far, near));
            forward(near, far);
            forward(far, near);
            near.resume();
        });
    }

    /** Forwards data in order, even if it is delayed. */
    private void forward(NetSocket from, NetSocket to) {
        var late = new ArrayDeque<Buffer>();
        from.handler(bytes -> {
            if (delayMillis == 0 && late.isEmpty()) {
                to.write(bytes);
            } else {
                late.add(bytes);
                vertx.setTimer(Math.max(1, delayMillis), due -> to.write(late.remove()));
            }
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(done -> from.resume());
            }
        });
    }

    private void end(NetSocket ended, NetSocket other) {
        sockets.removeAll(List.of(ended, other));
        other.close();
    }

    /** Closes all connections, and closes each new one immediately. */
    void cut() {
        cut = true;
        vertx.runOnContext(now -> List.copyOf(sockets).forEach(NetSocket::close));
    }

    /** Delays everything that arrives at either end by this much from now on. */
    void delay(int millis) {
        delayMillis = millis;
    }

    /** Restores the connection, and redirects it to this port from now on. */
    void mend(int newTarget) {
        target = newTarget;
        cut = false;
    }

    /** The JDBC URL of the database at the other end. */
    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/nexadesk";
    }

    @Override
    public void close() {
        vertx.close();
    }
}
