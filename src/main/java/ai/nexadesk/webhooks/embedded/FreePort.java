package ai.nexadesk.webhooks.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP port for a server that is about to start on this machine. It is below the ports that operating systems assign
 * to outgoing connections (from 32768 on Linux, from 49152 according to IANA), so that no connection takes it before
 * the server does.
 */
public final class FreePort {

    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;
    private static final int TRIES = 100;

    /** Starts at a place of this process's own, so that processes that choose at the same time try different ports. */
    private static final AtomicLong NEXT =
            new AtomicLong(ProcessHandle.current().pid() * TRIES);

    private FreePort() {}

    /**
     * A port on which nothing is listening at the moment.
     *
     * @throws IllegalStateException if a hundred ports are all in use
     */
    public static int choose() {
        for (int tried = 0; tried < TRIES; tried++) {
            int port = FIRST + (int) (NEXT.getAndIncrement() % COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No free port was found from " + FIRST + " to " + (FIRST + COUNT - 1));
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }
}
