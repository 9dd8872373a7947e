package ai.nexadesk.webhooks.api;

/**
 * The requested number of items of a list: {@code @QueryParam("limit") @DefaultValue(Limit.DEFAULT) Limit limit}.
 *
 * @param value 1 to 100
 */
public record Limit(int value) {

    /** The default. */
    public static final String DEFAULT = "50";

    /** The maximum. */
    public static final int MAX = 100;

    /**
     * Reads the query parameter.
     *
     * @throws ApiException 400 if it is not a whole number from 1 to 100
     */
    public static Limit fromString(String text) {
        if (text.matches("\\d{1,3}")) {
            int value = Integer.parseInt(text);
            if (value >= 1 && value <= MAX) {
                return new Limit(value);
            }
        }
        throw ApiException.invalid("limit", "limit must be a whole number from 1 to " + MAX + ".");
    }
}
