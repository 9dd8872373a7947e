package ai.nexadesk.webhooks.access;

import io.netty.util.NetUtil;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** An IPv4 or IPv6 network in CIDR notation (RFC 4632, RFC 4291); a single address is a network of one. */
public record IpNetwork(InetAddress address, int prefixLength) {

    /** Some parsers read {@code 010} as eight. */
    private static final Pattern LEADING_ZERO = Pattern.compile("(^|\\.)0\\d.*");

    /**
     * Reads a network such as {@code 203.0.113.7}, {@code 203.0.113.0/24} or {@code 2001:db8::/32}.
     *
     * @throws IllegalArgumentException if it is malformed, with a message for people
     */
    public static IpNetwork parse(String text) {
        var parts = text.strip().split("/", 2);
        var address = address(parts[0]).orElseThrow(() -> notANetwork(text));
        int bits = address.getAddress().length * 8;
        if (parts.length == 1) {
            return new IpNetwork(address, bits);
        }
        if (!parts[1].matches("\\d{1,3}") || Integer.parseInt(parts[1]) > bits) {
            throw notANetwork(text);
        }
        return new IpNetwork(address, Integer.parseInt(parts[1]));
    }

    private static IllegalArgumentException notANetwork(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not an IP address or network. Use a form such as 203.0.113.7,"
                        + " 203.0.113.0/24 or 2001:db8::/32.");
    }

    /** Converts an IPv4-mapped IPv6 address to its IPv4 address. */
    private static Optional<InetAddress> address(String literal) {
        if (literal.contains(".") && LEADING_ZERO.matcher(literal).find()) {
            return Optional.empty();
        }
        var bytes = NetUtil.createByteArrayFromIpAddressString(literal);
        return Optional.ofNullable(bytes).map(IpNetwork::ofBytes);
    }

    /** The canonical form of this address; empty if it is malformed. */
    static Optional<String> canonical(String literal) {
        return address(literal).map(NetUtil::toAddressString);
    }

    /**
     * An IPv4 address, or the first 64 bits of an IPv6 address, written in full so that wider networks are its
     * prefixes.
     */
    static String networkOf(String ip) {
        var address = address(ip).map(InetAddress::getAddress).orElse(new byte[0]);
        return address.length == 16 ? HexFormat.ofDelimiter(":").formatHex(address, 0, 8) : ip;
    }

    private static InetAddress ofBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("An address of 4 or 16 bytes is one", impossible);
        }
    }

    public boolean contains(String ip) {
        return address(ip).filter(this::contains).isPresent();
    }

    private boolean contains(InetAddress other) {
        return other.getAddress().length == address.getAddress().length
                && Arrays.equals(masked(other.getAddress()), masked(address.getAddress()));
    }

    private byte[] masked(byte[] bytes) {
        var masked = bytes.clone();
        for (int bit = prefixLength; bit < masked.length * 8; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return masked;
    }

    @Override
    public String toString() {
        var literal = NetUtil.toAddressString(address);
        return prefixLength == address.getAddress().length * 8 ? literal : literal + "/" + prefixLength;
    }
}
