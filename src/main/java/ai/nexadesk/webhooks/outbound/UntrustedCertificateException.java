package ai.nexadesk.webhooks.outbound;

import java.security.cert.CertificateException;

/** A certificate that is not trusted; the message says why, to follow "The certificate isn't trusted:". */
final class UntrustedCertificateException extends CertificateException {
    UntrustedCertificateException(String message, CertificateException cause) {
        super(message, cause);
    }
}
