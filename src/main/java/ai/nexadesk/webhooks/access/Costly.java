package ai.nexadesk.webhooks.access;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import jakarta.ws.rs.NameBinding;

/** Marks requests that can take the database a long time, such as searches. Only a few run at a time per person and per workspace. */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
public @interface Costly {}
