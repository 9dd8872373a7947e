package ai.nexadesk.webhooks.database;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import jakarta.inject.Qualifier;

/**
 * The data source and threads of publishing, sending and recurring tasks. They use separate connections, whose role
 * sees all workspaces, and do not take part in the framework's transactions.
 */
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.FIELD, ElementType.METHOD})
public @interface Engine {}
