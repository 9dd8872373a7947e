package ai.nexadesk.webhooks.bench;

import java.time.Instant;

/** The machine's clock in microseconds, which is the same in all processes of a run. */
final class Wall {

    private Wall() {}

    static long micros() {
        var now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }
}
