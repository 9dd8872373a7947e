package ai.nexadesk.webhooks.outbound.address;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * An IPv4 or IPv6 network in CIDR notation (RFC 4632, RFC 4291); a single address is a network of one.
 *
 * @param address 4 or 16 bytes
 * @param prefixLength the length of the prefix, in bits
 */
public record Network(byte[] address, int prefixLength) {

    private static final int MAPPED_PREFIX_BYTES = 12;

    /**
     * Parses {@code 203.0.113.7}, {@code 203.0.113.0/24} or {@code 2001:db8::/32}. Bits after the prefix are ignored. An
     * IPv4-mapped IPv6 network counts as the IPv4 network in it.
     *
     * @throws IllegalArgumentException if it is malformed, with a message for people
     */
    public static Network parse(String text) {
        var parts = text.strip().split("/", -1);
        var written = literal(parts[0]);
        if (written == null || parts.length > 2 || parts.length == 2 && !parts[1].matches("\\d{1,3}")) {
            throw notANetwork(text);
        }
        var bytes = unmapped(written);
        int bits = bytes.length * 8;
        int length = parts.length == 1 ? bits : Integer.parseInt(parts[1]) - (written.length - bytes.length) * 8;
        if (length < 0 || length > bits) {
            throw notANetwork(text);
        }
        return new Network(bytes, length);
    }

    /**
     * Parses a network in which all bits after the prefix must be zero, so that nobody allows more addresses than they
     * meant.
     *
     * @throws IllegalArgumentException if it is malformed, with a message for people
     */
    public static Network parseExact(String text) {
        var network = parse(text);
        for (int bit = network.prefixLength; bit < network.address.length * 8; bit++) {
            if ((network.address[bit / 8] & 0x80 >> bit % 8) != 0) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" has bits after its prefix. Set them to zero, or use a longer prefix.");
            }
        }
        return network;
    }

    private static IllegalArgumentException notANetwork(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not an IP address or network. Use a form such as 203.0.113.7,"
                        + " 203.0.113.0/24 or 2001:db8::/32.");
    }

    /** The bytes of an IP literal in unambiguous form; null for anything else. An octet such as 010 is ambiguous. */
    public static byte @Nullable [] literal(String text) {
        if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            return null;
        }
        if (text.indexOf(':') >= 0) {
            return NetUtil.isValidIpV6Address(text) ? NetUtil.createByteArrayFromIpAddressString(text) : null;
        }
        byte[] bytes = NetUtil.isValidIpV4Address(text) ? NetUtil.createByteArrayFromIpAddressString(text) : null;
        return bytes != null && NetUtil.bytesToIpAddress(bytes).equals(text) ? bytes : null;
    }

    /** Converts an IPv4-mapped IPv6 address ({@code ::ffff:0:0/96}) to its IPv4 address; leaves others unchanged. */
    public static byte[] unmapped(byte[] address) {
        if (address.length != 16 || address[10] != -1 || address[11] != -1) {
            return address;
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return address;
            }
        }
        return Arrays.copyOfRange(address, MAPPED_PREFIX_BYTES, 16);
    }

    /** Whether it contains this IP literal. An IPv4-mapped IPv6 address counts as the IPv4 address in it. */
    public boolean contains(String ip) {
        var bytes = literal(ip);
        return bytes != null && contains(unmapped(bytes));
    }

    boolean contains(byte[] other) {
        if (other.length != address.length) {
            return false;
        }
        int whole = prefixLength / 8;
        for (int i = 0; i < whole; i++) {
            if (other[i] != address[i]) {
                return false;
            }
        }
        int rest = prefixLength % 8;
        return rest == 0 || (other[whole] & 0xff) >> (8 - rest) == (address[whole] & 0xff) >> (8 - rest);
    }

    @Override
    public String toString() {
        var literal = NetUtil.bytesToIpAddress(address);
        return prefixLength == address.length * 8 ? literal : literal + "/" + prefixLength;
    }
}
