package ai.nexadesk.webhooks.outbound.address;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * A network in CIDR notation (RFC 4632, RFC 4291), as bytes.
 *
 * @param address 4 or 16 bytes; those beyond the prefix are zero
 * @param prefixLength the length of the prefix, in bits
 */
record Network(byte[] address, int prefixLength) {
    private static final int MAPPED_PREFIX_BYTES = 12;

    /**
     * Parses {@code 10.0.0.0/8}, {@code fd00::/8} or a single address.
     *
     * @throws IllegalArgumentException if it is malformed, with a message for operators
     */
    static Network parse(String text) {
        String[] parts = text.strip().split("/", -1);
        byte[] bytes = literal(parts[0]);
        if (bytes == null || parts.length > 2) {
            throw invalid(text, "write an address and a prefix length, such as 10.20.0.0/16");
        }
        int bits = bytes.length * 8;
        int length = bits;
        if (parts.length == 2) {
            length = parts[1].matches("\\d{1,3}") ? Integer.parseInt(parts[1]) : Integer.MAX_VALUE;
        }
        if (length > bits) {
            throw invalid(text, "the prefix length must be from 0 to " + bits);
        }
        for (int bit = length; bit < bits; bit++) {
            if ((bytes[bit / 8] & 0x80 >> bit % 8) != 0) {
                throw invalid(text, "the bits after the prefix must be zero");
            }
        }
        return new Network(bytes, length);
    }

    private static IllegalArgumentException invalid(String text, String cure) {
        return new IllegalArgumentException("\"" + text + "\" is not a network: " + cure + ".");
    }

    /** The bytes of an IP literal in unambiguous form; null for anything else. An octet such as 010 is ambiguous. */
    static byte @Nullable [] literal(String text) {
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
    static byte[] unmapped(byte[] address) {
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
}
