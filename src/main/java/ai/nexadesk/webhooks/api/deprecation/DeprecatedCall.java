package ai.nexadesk.webhooks.api.deprecation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import jakarta.ws.rs.NameBinding;

/**
 * Marks a deprecated call of the REST API. Its responses announce the end (RFC 9745, RFC 8594), and
 * {@code META-INF/openapi.yaml} must mark it as {@code deprecated}, too. Currently, no call is deprecated.
 */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface DeprecatedCall {

    /** The day on which it becomes deprecated, such as {@code 2027-01-31}. */
    String since();

    /** The day, at least six months later, on which it stops working. */
    String until();
}
