package ai.nexadesk.webhooks.embedded;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Settings of the evaluation mode. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk")
public interface EvaluationSettings {

    /** The directory of the evaluation mode's database and encryption key. */
    @WithDefault("${user.home}/.nexadesk-webhooks")
    String dataDir();
}
