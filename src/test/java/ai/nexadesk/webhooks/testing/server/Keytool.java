package ai.nexadesk.webhooks.testing.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Creates certificates with the JDK's keytool. */
public final class Keytool {

    /** The password of every key store. */
    public static final String PASSWORD = "for tests";

    private Keytool() {}

    /** Runs keytool on a key store. */
    public static void run(Path store, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                arguments[0],
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(arguments).subList(1, arguments.length));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(output);
        }
    }

    /** Creates a key with a certificate. The certificate is self-signed unless these arguments name a signer. */
    public static void makeKey(Path store, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of(arguments));
        run(store, command.toArray(String[]::new));
    }
}
