package ai.nexadesk.webhooks.outbound;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** Reads certificates of authorities from a file. */
public final class TrustedCertificates {

    private TrustedCertificates() {}

    /**
     * Reads a PEM file.
     *
     * @throws IOException with a message to append to the setting's name
     */
    public static List<X509Certificate> read(Path file) throws IOException {
        try (var pem = Files.newInputStream(file)) {
            var certificates = CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (CertificateException notPem) {
            // The message below applies here, too.
        } catch (IOException e) {
            throw new IOException("names a file that cannot be read: " + file, e);
        }
        throw new IOException("must name a PEM file with certificates, unlike " + file);
    }
}
