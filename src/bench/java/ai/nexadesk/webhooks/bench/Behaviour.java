package ai.nexadesk.webhooks.bench;

import java.util.Random;

/** How an endpoint of the sink answers. */
enum Behaviour {
    /** 200, at once. */
    FAST,
    /** 200 after a random time: half of the requests within 50 ms, 99 % within 800 ms, all within 4 s. */
    SLOW,
    /** Never. */
    HANG,
    /** 500, at once. */
    FAIL,
    /** 200, and then a byte of the body every 200 ms, for ever. */
    DRIP,
    /** 200, and then as much body as is taken, for ever. */
    FLOOD,
    /** What is no HTTP. */
    GARBAGE,
    /** Nothing: the connection is reset. */
    RESET;

    private static final double MEDIAN_MILLIS = 50;
    /** ln(800/50) divided by the 99 % quantile of the normal distribution. */
    private static final double SIGMA = 1.1918;

    private static final long MOST_MILLIS = 4_000;

    /** The next random time of {@link #SLOW}, in milliseconds. */
    static long slowMillis(Random random) {
        long millis = Math.round(MEDIAN_MILLIS * Math.exp(SIGMA * random.nextGaussian()));
        return Math.max(1, Math.min(MOST_MILLIS, millis));
    }
}
