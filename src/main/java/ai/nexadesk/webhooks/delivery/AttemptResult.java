package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.outbound.Outcome;

import java.util.List;

/**
 * A finished attempt to record.
 *
 * @param lease the delivery
 * @param url the URL that the request was sent to
 * @param requestHeaders the headers of the request
 * @param outcome how it ended
 * @param verdict the consequences for the delivery
 */
public record AttemptResult(
        LeasedDelivery lease, String url, List<Header> requestHeaders, Outcome outcome, Verdict verdict) {

    /** Approximate memory of the response. The rest of a result has a fixed size. */
    public long bytes() {
        return outcome instanceof Outcome.Responded response
                ? response.body().length
                        + response.headers().stream()
                                .mapToLong(header ->
                                        header.name().length() + header.value().length())
                                .sum()
                : 0;
    }
}
