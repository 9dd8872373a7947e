package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.outbound.Header;
import org.jspecify.annotations.Nullable;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The body of a response: its bytes, and how to decode them according to its headers. It is untrusted and must never be
 * rendered.
 *
 * @param bytes the part that is kept
 * @param type its media type in lower case, without parameters; empty if it names none
 * @param charset the declared charset; UTF-8 if none is declared or it is unknown
 * @param coding the content coding, such as {@code gzip}; null if there is none
 */
public record ResponseBody(
        byte[] bytes,
        String type,
        Charset charset,
        @Nullable String coding) {
    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\";\\s]+)");
    private static final Pattern BINARY_TYPE = Pattern.compile(
            "(image/(?!svg).*|audio/.*|video/.*|font/.*|application/(octet-stream|pdf|zip|gzip|x-protobuf|protobuf|grpc.*"
                    + "|msgpack|x-msgpack|cbor|wasm))");
    private static final int SNIFFED_BYTES = 512;

    /** The body of a response with these headers. */
    public static ResponseBody of(byte[] bytes, List<Header> headers) {
        String contentType = value(headers, "Content-Type");
        String coding = value(headers, "Content-Encoding").strip().toLowerCase(Locale.ROOT);
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return new ResponseBody(
                bytes,
                type.strip().toLowerCase(Locale.ROOT),
                charset(contentType),
                coding.isEmpty() || coding.equals("identity") ? null : coding);
    }

    private static String value(List<Header> headers, String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst()
                .orElse("");
    }

    private static Charset charset(String contentType) {
        var declared = CHARSET.matcher(contentType);
        if (!declared.find()) {
            return StandardCharsets.UTF_8;
        }
        try {
            return Charset.forName(declared.group(1));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return StandardCharsets.UTF_8;
        }
    }

    /** How many bytes are kept. */
    public int size() {
        return bytes.length;
    }

    /** The body as text; bytes that are invalid in its charset are replaced. */
    public String text() {
        return new String(bytes, charset);
    }

    /** Whether it can be shown as text: it is neither compressed nor binary. */
    public boolean isText() {
        return bytes.length == 0 || coding == null && !isBinary();
    }

    private boolean isBinary() {
        return BINARY_TYPE.matcher(type).matches() || hasZeros();
    }

    /** Text contains no zero bytes, except in charsets with two or four bytes per character. */
    private boolean hasZeros() {
        if (charset.name().startsWith("UTF-16") || charset.name().startsWith("UTF-32")) {
            return false;
        }
        for (int i = 0; i < Math.min(bytes.length, SNIFFED_BYTES); i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    /** Why it is not shown as text; empty if it is. */
    public String note() {
        if (isText()) {
            return "";
        }
        if (coding != null) {
            return "Compressed (" + coding + ").";
        }
        return type.isEmpty() ? "Binary." : "Binary (" + type + ").";
    }
}
