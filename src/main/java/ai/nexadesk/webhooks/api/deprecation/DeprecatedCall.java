package ai.nexadesk.webhooks.api.deprecation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import jakarta.ws.rs.NameBinding;

/**
 * Marks a call of the REST API that will end. Its answers say so (RFC 9745, RFC 8594), and {@code META-INF/openapi.yaml} must call it
 * {@code deprecated}, too. No call is marked at present.
 */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface DeprecatedCall {

    /** The day from which on nobody should use it, as in {@code 2027-01-31}. */
    String since();

    /** The day, at least six months later, on which it stops to work. */
    String until();
}
