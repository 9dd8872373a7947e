package ai.nexadesk.webhooks.bench.measure;

import java.time.Instant;

/** The machine's clock in microseconds, which is the same in all processes of a run. */
public final class Wall {

    private Wall() {}

    public static long micros() {
        var now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }
}
