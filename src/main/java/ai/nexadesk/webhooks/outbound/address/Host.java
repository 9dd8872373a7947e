package ai.nexadesk.webhooks.outbound.address;

import com.ibm.icu.text.IDNA;
import io.netty.util.NetUtil;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;

/**
 * The host of a URL.
 *
 * @param text an IP literal in canonical form without brackets, or a name in lower-case A-labels (RFC 5890)
 */
record Host(String text, boolean isIpv6) {
    private static final int MAX_NAME = 253;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
    private static final String A_LABEL = "xn--";
    private static final IDNA UTS46 = IDNA.getUTS46Instance(
            IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ | IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.NONTRANSITIONAL_TO_UNICODE);

    static Host parse(String text, boolean localhost) throws InvalidUrlException {
        if (text.isEmpty()) {
            throw new InvalidUrlException("url_host", "Enter a host after https://, such as hooks.example.com.");
        }
        if (text.startsWith("[")) {
            return ipv6(text);
        }
        String name = ascii(text);
        // No top-level domain begins with a digit. A host that does could be an IP address to another parser.
        String last = unicode(name.substring(name.lastIndexOf('.') + 1));
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

    /** Rejects names for which no certificate can be valid: such an endpoint could never be reached over TLS. */
    void requireCertifiable() throws InvalidUrlException {
        if (isIpv6 || Network.literal(text) != null) {
            return;
        }
        try {
            new SNIHostName(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidUrlException(
                    "url_host",
                    text.indexOf('_') >= 0
                            ? "Use a host name without underscores; certificates are not valid for names that have one."
                            : "Use a valid host name, such as hooks.example.com; no certificate is valid for this one.");
        }
    }

    /**
     * The name in A-labels, by the rules of IDNA2008 (UTS 46, non-transitional). The mapping turns characters that look
     * like others (full-width letters, circled digits, ideographic dots) into those; therefore, a name that its
     * A-labels do not represent exactly is rejected.
     */
    private static String ascii(String text) throws InvalidUrlException {
        String lower = Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        String name = lower;
        if (!isPlain(lower) || !isPlain(text)) {
            IDNA.Info info = new IDNA.Info();
            name = UTS46.nameToASCII(lower, new StringBuilder(), info).toString();
            if (info.hasErrors() || !means(name, lower, text)) {
                throw notAName();
            }
        }
        if (name.length() > MAX_NAME) {
            throw notAName();
        }
        for (String label : name.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                throw notAName();
            }
        }
        return name;
    }

    /** Whether the A-labels represent the name exactly, and ASCII labels are unchanged. */
    private static boolean means(String name, String lower, String text) {
        String[] names = name.split("\\.", -1);
        String[] lowers = lower.split("\\.", -1);
        String[] texts = text.split("\\.", -1);
        if (names.length != lowers.length || names.length != texts.length) {
            return false;
        }
        for (int i = 0; i < names.length; i++) {
            boolean ascii = texts[i].chars().allMatch(c -> c < 128);
            String meaning = ascii ? names[i] : unicode(names[i]);
            if (!meaning.equals(lowers[i]) || !ascii && !names[i].startsWith(A_LABEL)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a name needs no IDNA processing. */
    private static boolean isPlain(String name) {
        return name.chars().allMatch(c -> c < 128) && !name.contains(A_LABEL);
    }

    private static String unicode(String name) {
        return UTS46.nameToUnicode(name, new StringBuilder(), new IDNA.Info()).toString();
    }

    private static InvalidUrlException notAName() {
        return new InvalidUrlException("url_host", "Use a valid host name, such as hooks.example.com.");
    }
}
