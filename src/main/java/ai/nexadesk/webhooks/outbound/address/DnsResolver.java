package ai.nexadesk.webhooks.outbound.address;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asks the operating system's hosts file and name servers, or other servers, without blocking a thread. Both A and AAAA are
 * asked for, nothing is cached, and search domains are not tried: a customer's name must not be found inside our own
 * domains.
 */
public final class DnsResolver implements Resolver, AutoCloseable {
    private static final int DNS_PORT = 53;
    private static final int QUERY_TIMEOUT_MILLIS = 2000;

    private final DnsNameResolver netty;

    /**
     * @param servers {@code address} or {@code address:port} each; those of the operating system if empty
     * @throws IllegalArgumentException if one of them is no IP address
     */
    public DnsResolver(Vertx vertx, List<String> servers) {
        EventLoop loop = ((VertxInternal) vertx).createEventLoopContext().nettyEventLoop();
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder(loop)
                .datagramChannelFactory(NioDatagramChannel::new)
                .socketChannelFactory(NioSocketChannel::new)
                .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .searchDomains(List.of())
                .ndots(1)
                .completeOncePreferredResolved(false)
                .queryTimeoutMillis(QUERY_TIMEOUT_MILLIS);
        if (!servers.isEmpty()) {
            builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(
                    servers.stream().map(DnsResolver::server).toList()));
        }
        this.netty = builder.build();
    }

    private static InetSocketAddress server(String text) {
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
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        netty.resolveAll(host).addListener(found -> {
            if (found.isSuccess()) {
                @SuppressWarnings("unchecked")
                List<InetAddress> addresses = (List<InetAddress>) found.getNow();
                result.complete(new ArrayList<>(new LinkedHashSet<>(addresses)));
            } else {
                result.completeExceptionally(found.cause());
            }
        });
        return result;
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("An address of 4 or 16 bytes is one", impossible);
        }
    }

    /** Stops asking; questions in flight fail. */
    @Override
    public void close() {
        netty.close();
    }
}
