package ai.nexadesk.webhooks.web;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Stacked bars of successes and failures, in the units of an SVG that is stretched to fit: {@value #STEP} wide for each
 * bar and {@value #HEIGHT} high.
 *
 * @param bars the bars from left to right
 * @param top the value at the upper edge
 */
public record Bars(List<Bar> bars, long top) {

    /** The width of a bar, including the gap beside it. */
    public static final int STEP = 10;

    /** The total height. */
    public static final int HEIGHT = 100;

    private static final int BAR = 8;

    /**
     * The values of a bar.
     *
     * @param good the number of successes
     * @param bad the number of failures
     */
    public record Stack(long good, long bad) {

        /** The sum of both. */
        public long total() {
            return good + bad;
        }
    }

    /** A bar with its position; failures are on top. */
    public record Bar(Stack stack, int x, int width, int goodY, int goodHeight, int badY, int badHeight) {}

    /** Draws bars with an axis, which ends with a round number. */
    public static Bars of(List<Stack> stacks) {
        return upTo(niceTop(most(stacks)), stacks);
    }

    /** Draws bars without an axis: the highest one has the full height. */
    public static Bars filling(List<Stack> stacks) {
        return upTo(Math.max(1, most(stacks)), stacks);
    }

    private static long most(List<Stack> stacks) {
        return stacks.stream().mapToLong(Stack::total).max().orElse(0);
    }

    private static Bars upTo(long top, List<Stack> stacks) {
        var bars = new ArrayList<Bar>();
        for (var stack : stacks) {
            int bad = height(stack.bad, top);
            int good = Math.min(height(stack.good, top), HEIGHT - bad);
            int x = bars.size() * STEP + (STEP - BAR) / 2;
            bars.add(new Bar(stack, x, BAR, HEIGHT - good, good, HEIGHT - good - bad, bad));
        }
        return new Bars(bars, top);
    }

    /** The successes as one shape, if individual bars cannot be pointed at. */
    public String successPath() {
        return shape(Bar::goodY, Bar::goodHeight);
    }

    /** The failures as one shape. */
    public String failurePath() {
        return shape(Bar::badY, Bar::badHeight);
    }

    private String shape(ToIntFunction<Bar> y, ToIntFunction<Bar> height) {
        return bars.stream()
                .filter(bar -> height.applyAsInt(bar) > 0)
                .map(bar -> "M" + bar.x + " " + y.applyAsInt(bar) + "h" + bar.width + "v" + height.applyAsInt(bar)
                        + "h-" + bar.width + "z")
                .collect(Collectors.joining());
    }

    /** The total width. */
    public int width() {
        return bars.size() * STEP;
    }

    /** The height of a value; small values are kept visible. */
    private static int height(long value, long top) {
        return value == 0 ? 0 : Math.max(2, (int) Math.round((double) value * HEIGHT / top));
    }

    /** The next round number for the end of an axis: an even digit or ten, followed by zeros. */
    public static long niceTop(long most) {
        for (long power = 1; ; power *= 10) {
            for (long factor : new long[] {2, 4, 6, 8, 10}) {
                if (most <= factor * power) {
                    return factor * power;
                }
            }
        }
    }
}
