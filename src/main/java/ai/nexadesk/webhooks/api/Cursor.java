package ai.nexadesk.webhooks.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Where the next part of a list begins: the sort keys of the last item shown or of the next one, in an opaque form.
 * Callers get it as {@code next_cursor} and send it back unchanged: {@code @QueryParam("cursor") @Nullable Cursor
 * cursor}.
 *
 * @param keys the sort keys of that item
 */
public record Cursor(List<String> keys) {

    private static final String SEPARATOR = "\u001f";

    /** A cursor after the item with these sort keys. */
    public static Cursor after(Object... keys) {
        return new Cursor(Stream.of(keys).map(Object::toString).toList());
    }

    /**
     * Reads the query parameter.
     *
     * @throws ApiException 400 if it is malformed
     */
    public static Cursor fromString(String text) {
        return parse("cursor", text);
    }

    /**
     * Reads a cursor from a parameter with this name.
     *
     * @throws ApiException 400 if it is malformed
     */
    public static Cursor parse(String name, String text) {
        try {
            var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            int checksum = bytes.getInt();
            var rest = new byte[bytes.remaining()];
            bytes.get(rest);
            if (checksum == checksum(rest)) {
                return new Cursor(List.of(new String(rest, StandardCharsets.UTF_8).split(SEPARATOR, -1)));
            }
        } catch (RuntimeException notOurs) {
            throw invalid(name);
        }
        throw invalid(name);
    }

    /**
     * The sort key at this index, as an ID.
     *
     * @throws ApiException 400 if there is none: the cursor belongs to another list
     */
    public UUID uuid(int index) {
        try {
            return UUID.fromString(string(index));
        } catch (IllegalArgumentException ofAnotherList) {
            throw invalid();
        }
    }

    /**
     * The sort key at this index.
     *
     * @throws ApiException 400 if there is none: the cursor belongs to another list
     */
    public String string(int index) {
        if (index >= keys.size()) {
            throw invalid();
        }
        return keys.get(index);
    }

    /**
     * Checks that the cursor belongs to a list in this order.
     *
     * @param index the index of the order among the keys; blank for the default order
     * @throws ApiException 400 if it belongs to another order
     */
    public void requireOrder(int index, String order) {
        if (!(index < keys.size() ? keys.get(index) : "").equals(order)) {
            var message =
                    "This cursor belongs to a list with a different sort order. Use the same sort, or start without a cursor.";
            throw ApiException.badRequest("invalid_cursor", message, Map.of("cursor", List.of(message)));
        }
    }

    /** The form that callers get: base64url without padding. */
    @Override
    public String toString() {
        var text = String.join(SEPARATOR, keys).getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(Integer.BYTES + text.length)
                .putInt(checksum(text))
                .put(text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * A checksum that detects damaged cursors. It is not a protection and need not be: every query is limited to its
     * workspace.
     */
    private static int checksum(byte[] bytes) {
        var crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    static ApiException invalid() {
        return invalid("cursor");
    }

    private static ApiException invalid(String name) {
        var message = "Invalid " + name + ". Use next_cursor from the previous response for the same list.";
        return ApiException.badRequest("invalid_cursor", message, Map.of(name, List.of(message)));
    }
}
