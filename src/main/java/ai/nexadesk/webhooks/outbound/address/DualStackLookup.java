package ai.nexadesk.webhooks.outbound.address;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the IPv4 and IPv6 addresses of one name. After one family has arrived, the other one has a short time left,
 * or none if it did not respond recently (RFC 8305, section 3). Runs on one event loop.
 */
final class DualStackLookup {
    private static final long GRACE_MILLIS = 100;

    private final EventLoop loop;
    private final boolean patient;
    private final Runnable silent;
    private final CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
    private List<InetAddress> ipv4 = List.of();
    private List<InetAddress> ipv6 = List.of();
    private @Nullable Throwable error;
    private int missing = 2;

    /**
     * Starts waiting.
     *
     * @param patient whether the second family gets a short time
     * @param silent called if that time ends before the second family responds
     */
    DualStackLookup(EventLoop loop, boolean patient, Runnable silent) {
        this.loop = loop;
        this.patient = patient;
        this.silent = silent;
    }

    CompletableFuture<List<InetAddress>> result() {
        return result;
    }

    void ipv4(Future<? super List<InetAddress>> found) {
        ipv4 = addresses(found);
        arrived(ipv4);
    }

    void ipv6(Future<? super List<InetAddress>> found) {
        ipv6 = addresses(found);
        arrived(ipv6);
    }

    @SuppressWarnings("unchecked")
    private List<InetAddress> addresses(Future<? super List<InetAddress>> found) {
        if (found.isSuccess()) {
            return (List<InetAddress>) found.getNow();
        }
        error = found.cause();
        return List.of();
    }

    private void arrived(List<InetAddress> addresses) {
        missing--;
        if (missing == 0 || !patient && !addresses.isEmpty()) {
            complete();
        } else if (!addresses.isEmpty()) {
            loop.schedule(this::giveUp, GRACE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void giveUp() {
        if (missing > 0) {
            silent.run();
            complete();
        }
    }

    private void complete() {
        var all = new LinkedHashSet<InetAddress>(ipv4);
        all.addAll(ipv6);
        if (all.isEmpty()) {
            result.completeExceptionally(error == null ? new UnknownHostException("no address") : error);
        } else {
            result.complete(new ArrayList<>(all));
        }
    }
}
