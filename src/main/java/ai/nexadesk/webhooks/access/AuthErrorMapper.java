package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.api.ApiError;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.ErrorAnswer;
import ai.nexadesk.webhooks.web.Redirect;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.Stream;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;

/** Explains missing permissions: tells programs what their key lacks, and people where to sign in or whom to ask. */
final class AuthErrorMapper {

    @ServerExceptionMapper
    Response unknown(UnauthorizedException exception, RoutingContext request) {
        return signInFirst(
                ApiPath.isInternal(request.normalizedPath())
                        ? "Send a publisher token: Authorization: Bearer <token>."
                        : "Send an API key: Authorization: Bearer fc_live_….",
                request);
    }

    @ServerExceptionMapper
    Response notRecognized(AuthenticationFailedException exception, RoutingContext request) {
        return signInFirst(exception.getMessage(), request);
    }

    private static Response signInFirst(@Nullable String sentence, RoutingContext request) {
        if (ApiPath.includes(request.normalizedPath())) {
            var error = ApiError.of("unauthorized", sentence == null ? "Authentication required." : sentence);
            return new ErrorAnswer(401, error, error.error())
                    .answer(request)
                    .header(HttpHeaders.WWW_AUTHENTICATE, Authentication.BEARER)
                    .build();
        }
        if (request.request().getHeader("HX-Request") != null) {
            var shown = request.request().getHeader("HX-Current-URL");
            return Response.status(401)
                    .header("HX-Redirect", signIn(shown == null ? "/" : withoutOrigin(shown)))
                    .build();
        }
        var isLink = request.request().method() == HttpMethod.GET;
        return Redirect.to(signIn(isLink ? request.request().uri() : "/")).build();
    }

    private static String signIn(String next) {
        var path = ReturnPath.of(next).path();
        var login = UriBuilder.fromPath("/login");
        return (path.equals("/") ? login : login.queryParam("next", "{next}"))
                .build(path)
                .toString();
    }

    private static String withoutOrigin(String url) {
        return url.replaceFirst("^https?://[^/]*", "");
    }

    @ServerExceptionMapper
    Response notAllowed(ForbiddenException exception, RoutingContext request, ResourceInfo resource) {
        var error = ApiError.of(
                "missing_scope",
                "This API key lacks the scope " + String.join(" or ", scopes(resource))
                        + ", which this request requires.");
        return new ErrorAnswer(403, error, "Ask a workspace admin.")
                .answer(request)
                .build();
    }

    private static List<String> scopes(ResourceInfo resource) {
        return Stream.of(resource.getResourceMethod(), resource.getResourceClass())
                .filter(element -> element != null && element.isAnnotationPresent(RolesAllowed.class))
                .map(element ->
                        List.of(element.getAnnotation(RolesAllowed.class).value()))
                .findFirst()
                .orElse(List.of());
    }
}
