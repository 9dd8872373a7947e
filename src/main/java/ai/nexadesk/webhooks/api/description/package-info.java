/** Generated parts of the API's description, in addition to {@code META-INF/openapi.yaml}. */
@org.jspecify.annotations.NullMarked
package ai.nexadesk.webhooks.api.description;
