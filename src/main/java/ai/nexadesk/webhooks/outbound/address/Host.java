package ai.nexadesk.webhooks.outbound.address;

import io.netty.util.NetUtil;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The host of a URL.
 *
 * @param text an IP literal in canonical form without brackets, or a name in lower-case A-labels (RFC 5890)
 */
record Host(String text, boolean isIpv6) {
    private static final int MAX_NAME = 253;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
    private static final String A_LABEL = "xn--";

    static Host parse(String text, boolean localhost) throws InvalidUrlException {
        if (text.isEmpty()) {
            throw new InvalidUrlException("url_host", "Name a host after https://, such as hooks.example.com.");
        }
        if (text.startsWith("[")) {
            return ipv6(text);
        }
        String name = ascii(text);
        // No top-level domain begins with a digit, in any script; what does may be an address to some other reader.
        String last = IDN.toUnicode(name.substring(name.lastIndexOf('.') + 1));
        if (!last.isEmpty() && Character.isDigit(last.codePointAt(0))) {
            if (!text.equals(name) || Network.literal(name) == null) {
                throw new InvalidUrlException(
                        "url_host", "Write the IP address as four decimal numbers, such as 198.51.100.7.");
            }
            return new Host(name, false);
        }
        if (name.equals("localhost") && localhost) {
            return new Host(name, false);
        }
        if (name.indexOf('.') < 0 || name.equals("localhost") || name.endsWith(".localhost")) {
            throw new InvalidUrlException("url_host", "Use a full host name, such as hooks.example.com.");
        }
        return new Host(name, false);
    }

    private static Host ipv6(String text) throws InvalidUrlException {
        byte[] bytes = text.endsWith("]") ? Network.literal(text.substring(1, text.length() - 1)) : null;
        if (bytes == null || bytes.length != 16 || text.indexOf('.') >= 0 || Network.unmapped(bytes).length == 4) {
            throw new InvalidUrlException(
                    "url_host", "Write the IPv6 address in brackets, such as [2001:db8::7]; an IPv4 address without.");
        }
        try {
            return new Host(NetUtil.toAddressString(InetAddress.getByAddress(bytes)), true);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("An address of 16 bytes is one", impossible);
        }
    }

    /**
     * The name in A-labels. Characters that only look like others (full-width letters, circled digits, ideographic dots)
     * turn into them under IDNA's mapping: a name that is not what its A-labels mean is refused.
     */
    private static String ascii(String text) throws InvalidUrlException {
        String lower = Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        String name;
        try {
            name = IDN.toASCII(lower).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notAName) {
            throw notAName();
        }
        if (name.length() > MAX_NAME || !roundTrips(text, lower, name)) {
            throw notAName();
        }
        for (String label : name.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches() || isUndecodable(label)) {
                throw notAName();
            }
        }
        return name;
    }

    private static boolean isUndecodable(String label) {
        return label.startsWith(A_LABEL) && IDN.toUnicode(label).equals(label);
    }

    /** Whatever is not ASCII must have become an A-label: nothing may turn into plain letters. */
    private static boolean roundTrips(String text, String lower, String name) {
        if (!text.chars().allMatch(c -> c < 128) && !name.contains(A_LABEL)) {
            return false;
        }
        return lower.equals(name) || IDN.toUnicode(name).equals(lower);
    }

    private static InvalidUrlException notAName() {
        return new InvalidUrlException("url_host", "Use a valid host name, such as hooks.example.com.");
    }
}
