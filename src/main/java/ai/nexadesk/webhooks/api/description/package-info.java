/** What the API's description says besides what {@code META-INF/openapi.yaml} says. */
@org.jspecify.annotations.NullMarked
package ai.nexadesk.webhooks.api.description;
