package dev.sallyport.server.tls;

import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * What went wrong on a TLS connection, by whose word.
 *
 * @param detail for the log
 */
public record TlsFailure(Kind kind, String detail) {
    private static final int DEEPEST_CAUSE = 8;

    /** Neither library says it otherwise than in its text. */
    private static final Pattern ALERT = Pattern.compile("(SSLV3|TLSV1)_ALERT_|fatal alert:");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

    public enum Kind {
        /** We did not take the other's certificate. */
        CERTIFICATE,
        /** The other ended it, and said why (RFC 8446 §6.2): it may want a certificate, or not like ours. */
        ALERT,
        /** What came is no TLS, or none that both speak. */
        PROTOCOL,
        /** The handshake did not end in time. */
        TIMED_OUT
    }

    /** Empty for a failure of something else. The deepest cause has the best word for it. */
    public static Optional<TlsFailure> of(Throwable thrown) {
        List<Throwable> causes = Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(DEEPEST_CAUSE).toList();
        return causes.reversed().stream()
                .flatMap(cause -> kindOf(cause).map(kind -> new TlsFailure(kind, textOf(cause))).stream())
                .findFirst();
    }

    /** In one line: it may quote names of a certificate. */
    private static String textOf(Throwable cause) {
        return CONTROL.matcher(String.valueOf(cause.getMessage())).replaceAll(" ");
    }

    private static Optional<Kind> kindOf(Throwable cause) {
        return switch (cause) {
            case CertificateException _, CertPathValidatorException _, CertPathBuilderException _ -> Optional.of(Kind.CERTIFICATE);
            case SslHandshakeTimeoutException _ -> Optional.of(Kind.TIMED_OUT);
            case SSLException told when ALERT.matcher(String.valueOf(told.getMessage())).find() -> Optional.of(Kind.ALERT);
            case SSLException _ -> Optional.of(Kind.PROTOCOL);
            default -> Optional.empty();
        };
    }
}
