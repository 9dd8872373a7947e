package ai.nexadesk.webhooks.web;

import org.jboss.resteasy.reactive.server.ServerResponseFilter;

import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;

/** Tells caches that a page and its htmx fragment share a URL. */
class Vary {

    @ServerResponseFilter
    void onHtmx(ContainerResponseContext response) {
        if (MediaType.TEXT_HTML_TYPE.isCompatible(response.getMediaType())) {
            response.getHeaders().add(HttpHeaders.VARY, "HX-Request");
        }
    }
}
