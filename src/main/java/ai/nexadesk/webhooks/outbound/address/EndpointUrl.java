package ai.nexadesk.webhooks.outbound.address;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The URL of an endpoint, parsed once and strictly, and then written only from its parts. Parsers disagree about
 * unusual URLs, and the checked host must be the one that is connected to. Two URLs are equal if their canonical texts
 * are.
 */
public final class EndpointUrl {
    private static final int MAX_LENGTH = 2048;
    private static final String ENCODED = "\"<>\\^`{|} ";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final String scheme;
    private final Host host;
    private final int port;
    private final String requestTarget;
    private final String text;

    private EndpointUrl(String scheme, Host host, int port, String requestTarget) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.requestTarget = requestTarget;
        this.text = scheme + "://" + authority() + requestTarget;
    }

    /**
     * Reads a URL.
     *
     * @throws InvalidUrlException if it is malformed or violates the rules, with a message for its author
     */
    public static EndpointUrl parse(String text, UrlRules rules) throws InvalidUrlException {
        if (text.isEmpty()) {
            throw new InvalidUrlException(
                    "url_missing", "Enter the URL of your endpoint, such as https://example.com/hook.");
        }
        if (text.length() > MAX_LENGTH) {
            throw tooLong();
        }
        checkCharacters(text);
        int colon = text.indexOf(':');
        String scheme = text.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
        boolean known = scheme.equals("https") || scheme.equals("http") && rules.allowInsecure();
        if (!known || !text.startsWith("//", colon + 1)) {
            throw new InvalidUrlException(
                    "url_scheme", rules.allowInsecure() ? "Use an https:// or http:// URL." : "Use an https:// URL.");
        }
        int start = colon + 3;
        int end = start;
        while (end < text.length() && "/?".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        EndpointUrl url = ofAuthority(scheme, text.substring(start, end), target(text.substring(end)), rules);
        if (url.text.length() > MAX_LENGTH) {
            throw tooLong();
        }
        return url;
    }

    private static EndpointUrl ofAuthority(String scheme, String authority, String target, UrlRules rules)
            throws InvalidUrlException {
        if (authority.indexOf('@') >= 0) {
            throw new InvalidUrlException(
                    "url_user_info", "Remove the user name and password before the @; requests are signed instead.");
        }
        int colon =
                authority.startsWith("[") ? authority.indexOf(':', authority.indexOf(']') + 1) : authority.indexOf(':');
        int port = colon < 0 ? defaultPort(scheme) : port(authority.substring(colon + 1));
        Host host = Host.parse(colon < 0 ? authority : authority.substring(0, colon), rules.allowInsecure());
        if (scheme.equals("https")) {
            host.requireCertifiable();
        }
        if (!rules.allowsPort(port)) {
            throw new InvalidUrlException("url_port", "Port " + port + " is not allowed; use port 443 or 8443.");
        }
        return new EndpointUrl(scheme, host, port, target);
    }

    private static void checkCharacters(String text) throws InvalidUrlException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c)) {
                throw new InvalidUrlException("url_characters", "Remove spaces and line breaks from the URL.");
            }
            if (c == '\\') {
                throw new InvalidUrlException("url_characters", "Use / instead of \\ in the URL.");
            }
            if (c == '#') {
                throw new InvalidUrlException(
                        "url_fragment", "Remove the # and everything after it; it is never sent to a server.");
            }
            if (isBroken(text, i)) {
                throw new InvalidUrlException(
                        "url_characters", "Remove the characters that are not text from the URL.");
            }
        }
    }

    /** Whether the character is an invisible format character, or half of a surrogate pair. */
    private static boolean isBroken(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
        }
        return c != 0x200c && c != 0x200d && Character.getType(c) == Character.FORMAT;
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    private static int port(String digits) throws InvalidUrlException {
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65535) {
            throw new InvalidUrlException("url_port", "Use a port number from 1 to 65535 after the host.");
        }
        return port;
    }

    /** Path and query. Characters that RFC 3986 does not allow there are percent-encoded as UTF-8. Never empty. */
    private static String target(String rest) throws InvalidUrlException {
        StringBuilder target = new StringBuilder(rest.length() + 16);
        if (!rest.startsWith("/")) {
            target.append('/');
        }
        for (byte b : rest.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f && ENCODED.indexOf(b) < 0) {
                target.append((char) b);
            } else {
                target.append('%');
                HEX.toHexDigits(target, b);
            }
        }
        for (int i = target.indexOf("%"); i >= 0; i = target.indexOf("%", i + 1)) {
            if (i + 2 >= target.length() || !isHex(target.charAt(i + 1)) || !isHex(target.charAt(i + 2))) {
                throw new InvalidUrlException(
                        "url_characters", "Write a percent sign as %25, or two hexadecimal digits after it.");
            }
        }
        return target.toString();
    }

    private static boolean isHex(char c) {
        return HexFormat.isHexDigit(c);
    }

    private static InvalidUrlException tooLong() {
        return new InvalidUrlException("url_too_long", "Use a URL of at most 2,048 characters.");
    }

    /** {@code https} or {@code http}. */
    public String scheme() {
        return scheme;
    }

    /** An IP literal without brackets, or a name in lower-case A-labels. */
    public String host() {
        return host.text();
    }

    /** The port, from 1 to 65535. */
    public int port() {
        return port;
    }

    /** Path and query as in the request line; starts with a slash. */
    public String requestTarget() {
        return requestTarget;
    }

    /** The value of the {@code Host} header: the host, and the port unless it is the scheme's default. */
    public String authority() {
        String name = host.isIpv6() ? "[" + host.text() + "]" : host.text();
        return port == defaultPort(scheme) ? name : name + ":" + port;
    }

    public boolean isSecure() {
        return scheme.equals("https");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EndpointUrl url && text.equals(url.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The canonical URL. */
    @Override
    public String toString() {
        return text;
    }
}
