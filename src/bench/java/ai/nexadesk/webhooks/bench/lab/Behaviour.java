package ai.nexadesk.webhooks.bench.lab;

import java.util.Random;

/** How an endpoint of the sink responds. */
public enum Behaviour {
    /** Responds with 200 immediately. */
    FAST,
    /** Responds with 200 after a random time: half of the requests within 50 ms, 99% within 800 ms, all within 4 s. */
    SLOW,
    /** Never responds. */
    HANG,
    /** Responds with 500 immediately. */
    FAIL,
    /** Responds with 200, and then sends a byte of the body every 200 ms, forever. */
    DRIP,
    /** Responds with 200, and then sends as much body as the client accepts, forever. */
    FLOOD,
    /** Responds with bytes that are not HTTP. */
    GARBAGE,
    /** Resets the connection without a response. */
    RESET;

    private static final double MEDIAN_MILLIS = 50;
    /** ln(800/50) divided by the 99% quantile of the normal distribution. */
    private static final double SIGMA = 1.1918;

    private static final long MAX_MILLIS = 4_000;

    /** The next random response time of {@link #SLOW}, in milliseconds. */
    static long slowMillis(Random random) {
        long millis = Math.round(MEDIAN_MILLIS * Math.exp(SIGMA * random.nextGaussian()));
        return Math.max(1, Math.min(MAX_MILLIS, millis));
    }
}
