package ai.nexadesk.webhooks.delivery;

import jakarta.persistence.EnumeratedValue;

/** Why an attempt is made. */
public enum Trigger {
    /** It was scheduled. */
    AUTOMATIC("automatic"),

    /** A person or a program requested it. */
    MANUAL("manual");

    @EnumeratedValue
    final String word;

    Trigger(String word) {
        this.word = word;
    }

    /** Its lowercase name in the REST API. */
    public String value() {
        return word;
    }

    public static Trigger of(String word) {
        return word.equals(MANUAL.word) ? MANUAL : AUTOMATIC;
    }
}
