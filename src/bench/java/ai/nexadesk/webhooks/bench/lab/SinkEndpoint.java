package ai.nexadesk.webhooks.bench.lab;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One endpoint of the sink: the requests that it expects and those it has received. Computes signatures without the
 * application's code.
 */
final class SinkEndpoint {

    private static final byte[] AFTER = Events.afterNumber().getBytes(StandardCharsets.UTF_8);

    private final int index;
    private final SinkCounts counts;
    private final List<Early> early = new ArrayList<>();
    private final Set<Long> open = new HashSet<>();
    private Behaviour behaviour = Behaviour.FAST;
    private byte[] before = {};
    private @Nullable Mac mac;

    SinkEndpoint(int index, SinkCounts counts) {
        this.index = index;
        this.counts = counts;
    }

    /** A request that arrived before the secret was known: the ping of a webhook that is being created. */
    private record Early(byte[] body, String signature) {}

    int index() {
        return index;
    }

    Behaviour behaviour() {
        return behaviour;
    }

    void behave(Behaviour next) {
        behaviour = next;
    }

    /** Checks everything from now on, including the requests that arrived earlier. */
    void know(String workspace, String secret) {
        before = Events.beforeNumber(workspace).getBytes(StandardCharsets.UTF_8);
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        for (var request : early) {
            counts.unchecked--;
            checkSignature(request.body, request.signature);
        }
        early.clear();
    }

    /** Checks and counts a request, and returns the number of its event; negative for a ping. */
    long check(HttpServerRequest request, byte[] body) {
        counts.requests++;
        var signature = String.valueOf(request.getHeader("X-NexaDesk-Signature"));
        if (mac == null) {
            counts.unchecked++;
            early.add(new Early(body, signature));
        } else {
            checkSignature(body, signature);
        }
        if ("ping".equals(request.getHeader("X-NexaDesk-Event"))) {
            counts.pings++;
            return -1;
        }
        long number = Events.number(String.valueOf(request.getHeader("X-NexaDesk-Event-Id")));
        if (number < 0 || !isRight(body, number)) {
            counts.wrongBodies++;
        }
        return number;
    }

    private void checkSignature(byte[] body, String signature) {
        if (mac == null || !("sha256=" + HexFormat.of().formatHex(mac.doFinal(body))).equals(signature)) {
            counts.wrongSignatures++;
        }
    }

    private boolean isRight(byte[] body, long number) {
        var digits = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
        int end = before.length + digits.length;
        return body.length == end + AFTER.length
                && Arrays.equals(body, 0, before.length, before, 0, before.length)
                && Arrays.equals(body, before.length, end, digits, 0, digits.length)
                && Arrays.equals(body, end, body.length, AFTER, 0, AFTER.length);
    }

    /**
     * Records the start of a request that is not answered immediately. A delivery must never have two open requests.
     */
    void begin(long number) {
        if (!open.add(number)) {
            counts.overlaps++;
        }
    }

    void end(long number) {
        open.remove(number);
    }
}
