package ai.nexadesk.webhooks.web;

import io.quarkus.arc.Unremovable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/**
 * The URLs of static files, as {@code cdi:assets} in templates. Each contains the file's version, so that browsers can cache it and
 * still load a new release immediately.
 */
@Named("assets")
@Singleton
@Unremovable
public class Assets {

    static final String OWN = "/assets/";

    private final Map<String, String> own = new ConcurrentHashMap<>();
    private final String htmx = "/webjars/htmx.org/" + version("org.webjars.npm/htmx.org") + "/dist/htmx.min.js";
    private final String inter = "/_static/inter/" + version("org.mvnpm.at.fontsource/inter") + "/";

    /** A file of our own, for example {@code nexadesk.css}; its version is a hash of its content. */
    public String own(String file) {
        return own.computeIfAbsent(file, name -> OWN + name + "?v=" + hash("META-INF/resources" + OWN + name));
    }

    /** Whether this is the URL of that file of our own, in the current version; the file need not exist. */
    boolean isOwn(String address, String file) {
        try {
            return address.equals(own(file));
        } catch (UncheckedIOException noSuchFile) {
            return false;
        }
    }

    /** A file of the font, for example {@code 400.css}. */
    public String inter(String file) {
        return inter + file;
    }

    /** The htmx library. */
    public String htmx() {
        return htmx;
    }

    private static String hash(String resource) {
        try (InputStream content = open(resource)) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.readAllBytes());
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String version(String artifact) {
        try (InputStream content = open("META-INF/maven/" + artifact + "/pom.properties")) {
            Properties properties = new Properties();
            properties.load(content);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream content = Thread.currentThread().getContextClassLoader().getResourceAsStream(resource);
        if (content == null) {
            throw new IOException("not on the class path: " + resource);
        }
        return content;
    }
}
