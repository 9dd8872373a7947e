package ai.nexadesk.webhooks.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port for a server that is about to start on this machine. It is below the ports that operating systems assign
 * to outgoing connections (from 32768 on Linux, from 49152 according to IANA), so that no connection takes it before
 * the server does.
 */
public final class FreePort {

    private static final int FIRST = 20_000;
    private static final int AFTER_LAST = 30_000;
    private static final int TRIES = 100;

    private FreePort() {}

    /**
     * A port on which nothing is listening at the moment.
     *
     * @throws IllegalStateException if a hundred ports are all in use
     */
    public static int choose() {
        for (int tried = 0; tried < TRIES; tried++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, AFTER_LAST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No free port was found from " + FIRST + " to " + (AFTER_LAST - 1));
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
