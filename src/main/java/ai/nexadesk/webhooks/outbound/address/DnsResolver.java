package ai.nexadesk.webhooks.outbound.address;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Looks up names in the operating system's hosts file and its name servers, or in other servers, without blocking a
 * thread. Requests both A and AAAA. A family that gets no response causes no delay if the other one has addresses.
 * Nothing is cached. Search domains are not tried, because a customer's name must not be found inside our own domains.
 */
public final class DnsResolver implements Resolver, AutoCloseable {
    private static final int DNS_PORT = 53;

    /** Leaves time for a second query, and for the request itself. */
    private static final int QUERY_TIMEOUT_MILLIS = 1500;

    private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final int MAX_SILENT_NAMES = 10_000;

    private final EventLoop loop;
    private final DnsNameResolver ipv4;
    private final DnsNameResolver ipv6;

    /** Names for which one family got no response, with the time of that. */
    private final Map<String, Long> silent = new ConcurrentHashMap<>();

    /**
     * Creates a resolver.
     *
     * @param servers name servers as {@code address} or {@code address:port}; if empty, those of the operating system
     * @throws IllegalArgumentException if one of them is not an IP address
     */
    public DnsResolver(Vertx vertx, List<String> servers) {
        this.loop = ((VertxInternal) vertx).createEventLoopContext().nettyEventLoop();
        this.ipv4 = resolver(ResolvedAddressTypes.IPV4_ONLY, servers);
        this.ipv6 = resolver(ResolvedAddressTypes.IPV6_ONLY, servers);
    }

    private DnsNameResolver resolver(ResolvedAddressTypes family, List<String> servers) {
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder(loop)
                .datagramChannelFactory(NioDatagramChannel::new)
                .socketChannelFactory(NioSocketChannel::new)
                .resolvedAddressTypes(family)
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .searchDomains(List.of())
                .ndots(1)
                .queryTimeoutMillis(QUERY_TIMEOUT_MILLIS);
        if (!servers.isEmpty()) {
            builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(
                    servers.stream().map(DnsResolver::server).toList()));
        }
        return builder.build();
    }

    /**
     * Parses the setting of a server.
     *
     * @throws IllegalArgumentException if it is not an IP address
     */
    public static InetSocketAddress server(String text) {
        int colon = text.lastIndexOf(':');
        boolean port = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        String address = (port ? text.substring(0, colon) : text).replaceAll("^\\[(.*)]$", "$1");
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null || port && !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a DNS server; write an IP address, with a port if it is not 53.");
        }
        return new InetSocketAddress(address(bytes), port ? Integer.parseInt(text.substring(colon + 1)) : DNS_PORT);
    }

    @Override
    public CompletionStage<List<InetAddress>> resolve(String host) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            return CompletableFuture.completedStage(List.of(address(literal)));
        }
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return CompletableFuture.completedStage(List.of(NetUtil.LOCALHOST4));
        }
        DualStackLookup families = new DualStackLookup(loop, !isSilent(host), () -> rememberTimeout(host));
        loop.execute(() -> {
            query(ipv4, host, families::ipv4);
            query(ipv6, host, families::ipv6);
        });
        return families.result();
    }

    /** Queries once more if no server responds: UDP loses packets, and there may be only one server. */
    private static void query(DnsNameResolver family, String host, FutureListener<List<InetAddress>> listener) {
        family.resolveAll(host).addListener((Future<List<InetAddress>> first) -> {
            if (!first.isSuccess() && first.cause().getCause() instanceof DnsNameResolverTimeoutException) {
                family.resolveAll(host).addListener(listener);
            } else {
                listener.operationComplete(first);
            }
        });
    }

    private boolean isSilent(String host) {
        Long since = silent.get(host);
        if (since == null) {
            return false;
        }
        if (System.nanoTime() - since < SILENCE_NANOS) {
            return true;
        }
        silent.remove(host, since);
        return false;
    }

    private void rememberTimeout(String host) {
        if (silent.size() >= MAX_SILENT_NAMES) {
            silent.clear();
        }
        silent.put(host, System.nanoTime());
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("An address of 4 or 16 bytes is one", impossible);
        }
    }

    /** Closes the resolver. Queries in flight fail. */
    @Override
    public void close() {
        ipv4.close();
        ipv6.close();
    }
}
