package ai.nexadesk.webhooks.outbound;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Date;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Validates certificates exactly as the JDK does, but explains in plain words why one is not trusted. */
final class ServerTrust extends X509ExtendedTrustManager {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH);

    private final X509ExtendedTrustManager jdk;

    /** Trusts the JDK's authorities and these certificates. */
    ServerTrust(Collection<X509Certificate> alsoTrusted) {
        try {
            X509ExtendedTrustManager defaults = trustManager(null);
            this.jdk = alsoTrusted.isEmpty() ? defaults : trustManager(keyStore(defaults, alsoTrusted));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The trusted certificates cannot be loaded", e);
        }
    }

    private static X509ExtendedTrustManager trustManager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager found) {
                return found;
            }
        }
        throw new IllegalStateException("This JDK has no X.509 trust manager");
    }

    private static KeyStore keyStore(X509ExtendedTrustManager defaults, Collection<X509Certificate> alsoTrusted)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int n = 0;
        for (X509Certificate certificate : defaults.getAcceptedIssuers()) {
            store.setCertificateEntry("jdk" + n++, certificate);
        }
        for (X509Certificate certificate : alsoTrusted) {
            store.setCertificateEntry("also" + n++, certificate);
        }
        return store;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            jdk.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw new UntrustedCertificateException(explain(chain, authType, engine), e);
        }
    }

    private String explain(X509Certificate[] chain, String authType, SSLEngine engine) {
        for (X509Certificate certificate : chain) {
            try {
                certificate.checkValidity();
            } catch (CertificateExpiredException e) {
                return "it expired on " + date(certificate.getNotAfter());
            } catch (CertificateNotYetValidException e) {
                return "it is valid only from " + date(certificate.getNotBefore());
            }
        }
        try {
            jdk.checkServerTrusted(chain, authType);
            return "it is not for " + engine.getPeerHost();
        } catch (CertificateException e) {
            X509Certificate first = chain[0];
            return first.getIssuerX500Principal().equals(first.getSubjectX500Principal())
                    ? "it is self-signed"
                    : "its issuer is unknown; check that your server sends the intermediate certificates";
        }
    }

    private static String date(Date date) {
        return DATE.format(LocalDate.ofInstant(date.toInstant(), ZoneOffset.UTC));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        jdk.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        jdk.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        jdk.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        jdk.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        jdk.checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return jdk.getAcceptedIssuers();
    }

    /** Thrown for a certificate that is not trusted. The message completes "The certificate isn't trusted:". */
    static final class UntrustedCertificateException extends CertificateException {
        UntrustedCertificateException(String message, CertificateException cause) {
            super(message, cause);
        }
    }
}
