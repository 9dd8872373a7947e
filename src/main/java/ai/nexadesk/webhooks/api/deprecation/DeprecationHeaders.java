package ai.nexadesk.webhooks.api.deprecation;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;

/** Adds the deprecation headers to the responses of deprecated calls. */
@Provider
@DeprecatedCall(since = "", until = "")
public class DeprecationHeaders implements ContainerResponseFilter {

    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    @Context
    ResourceInfo call;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        var marked = call.getResourceMethod().getAnnotation(DeprecatedCall.class);
        response.getHeaders().putSingle("Deprecation", "@" + day(marked.since()).toEpochSecond());
        response.getHeaders().putSingle("Sunset", HTTP_DATE.format(day(marked.until())));
    }

    private static OffsetDateTime day(String text) {
        return LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC);
    }
}
