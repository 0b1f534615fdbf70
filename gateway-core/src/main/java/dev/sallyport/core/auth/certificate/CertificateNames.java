package dev.sallyport.core.auth.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * The names in a certificate, fit to be compared.
 *
 * @param dnsNames in lower case
 * @param subject in RFC 4514 form, most specific RDN first
 */
public record CertificateNames(List<String> uris, List<String> dnsNames, String subject) {
    /** Types of a general name (RFC 5280 §4.2.1.6). */
    private static final int DNS_NAME = 2;

    private static final int URI_NAME = 6;

    /** Empty where a name is unreadable or holds a control byte: a NUL has cut names short before (CVE-2026-47778). */
    public static Optional<CertificateNames> read(X509Certificate certificate) {
        try {
            List<String> uris = new ArrayList<>();
            List<String> dnsNames = new ArrayList<>();
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            for (List<?> name : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (Integer.valueOf(URI_NAME).equals(name.get(0))) {
                    uris.add(String.valueOf(name.get(1)));
                } else if (Integer.valueOf(DNS_NAME).equals(name.get(0))) {
                    dnsNames.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT));
                }
            }
            String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
            boolean isClean = isPlain(subject) && uris.stream().allMatch(CertificateNames::isAscii) && dnsNames.stream().allMatch(CertificateNames::isAscii);
            return isClean ? Optional.of(new CertificateNames(List.copyOf(uris), List.copyOf(dnsNames), subject)) : Optional.empty();
        } catch (CertificateParsingException _) {
            return Optional.empty();
        }
    }

    private static boolean isAscii(String name) {
        return name.chars().allMatch(letter -> letter > 0x20 && letter < 0x7F);
    }

    private static boolean isPlain(String name) {
        // RFC 4514 §2.4 writes a NUL as \00, and so does the JDK; an escaped backslash before two zeros is none.
        boolean hasNul = name.replace("\\\\", "").contains("\\00");
        return !hasNul && name.chars().noneMatch(Character::isISOControl);
    }
}
