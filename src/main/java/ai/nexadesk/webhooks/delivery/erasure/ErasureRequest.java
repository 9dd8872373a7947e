package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.api.ApiException;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The data to erase.
 *
 * @param workspaceId the workspace
 * @param records erases all events about these records, such as {@code contact:550e8400}
 * @param emails erases everything that contains one of these addresses
 */
public record ErasureRequest(
        @Nullable String workspaceId,
        @Nullable List<@Nullable String> records,
        @Nullable List<@Nullable String> emails) {

    private static final int MAX_VALUES = 100;
    private static final Pattern RECORD = Pattern.compile("\\S.{0,126}\\S");
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@]+");
    private static final int LONGEST_EMAIL = 254;

    /** The same request without absent members. */
    ErasureRequest checked() {
        if (workspaceId == null || workspaceId.isBlank()) {
            throw ApiException.invalid("workspace_id", "workspace_id is required.");
        }
        var allRecords =
                all("records", records, record -> RECORD.matcher(record).matches());
        var allEmails = all(
                "emails",
                emails,
                email -> email.length() <= LONGEST_EMAIL && EMAIL.matcher(email).matches());
        if (allRecords.isEmpty() && allEmails.isEmpty()) {
            throw ApiException.invalid("records", "Enter at least one record or email address.");
        }
        return new ErasureRequest(workspaceId, allRecords, allEmails);
    }

    private static List<@Nullable String> all(
            String name, @Nullable List<@Nullable String> values, Predicate<String> isRight) {
        if (values == null) {
            return List.of();
        }
        if (values.size() > MAX_VALUES || !values.stream().allMatch(value -> value != null && isRight.test(value))) {
            throw ApiException.invalid(
                    name,
                    name + " must be at most " + MAX_VALUES + " "
                            + (name.equals("emails")
                                    ? "email addresses."
                                    : "records of 2 to 128 characters, such as contact:550e8400."));
        }
        return values;
    }
}
