package dev.sallyport.core.auth.certificate;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One entry of {@code mtls.allow}: a kind of name and a pattern for it. */
public sealed interface AllowedName {
    record Spiffe(String pattern) implements AllowedName {}

    record Dns(String pattern) implements AllowedName {}

    /** The subject in RFC 4514 form, or some of its RDNs. */
    record Subject(String pattern) implements AllowedName {}

    /** The name that matches, whole. */
    default Optional<String> findIn(CertificateNames names) {
        return switch (this) {
            // SPIFFE X.509-SVID §2: exactly one URI name, or it is no SVID.
            case Spiffe(String pattern) -> names.uris().size() == 1 && NamePattern.of(pattern).matches(names.uris().getFirst())
                    ? Optional.of(names.uris().getFirst())
                    : Optional.empty();
            case Dns(String pattern) -> {
                NamePattern lower = NamePattern.of(pattern.toLowerCase(Locale.ROOT));
                yield names.dnsNames().stream().filter(lower::matches).findFirst();
            }
            case Subject(String pattern) -> matchesSubject(NamePattern.rdns(pattern), NamePattern.rdns(names.subject()))
                    ? Optional.of(names.subject())
                    : Optional.empty();
        };
    }

    /**
     * Every RDN of the pattern must be met, and the subject may hold no further RDN of a type that the pattern names:
     * with two CNs, CA and gateway could mean different ones.
     */
    private static boolean matchesSubject(List<String> patterns, List<String> rdns) {
        for (String pattern : patterns) {
            List<String> wanted = patterns.stream().filter(other -> type(other).equals(type(pattern))).toList();
            List<String> present = rdns.stream().filter(rdn -> type(rdn).equals(type(pattern))).toList();
            if (wanted.size() != present.size()) {
                return false;
            }
            for (int index = 0; index < wanted.size(); index++) {
                if (!NamePattern.of(value(wanted.get(index))).matches(value(present.get(index)))) {
                    return false;
                }
            }
        }
        return rdns.stream().noneMatch(AllowedName::hasSeveralAttributes);
    }

    /** Attribute types have no case (RFC 4512 §2.5). */
    private static String type(String rdn) {
        return rdn.substring(0, Math.max(0, rdn.indexOf('='))).strip().toUpperCase(Locale.ROOT);
    }

    private static String value(String rdn) {
        return rdn.substring(rdn.indexOf('=') + 1);
    }

    /** {@code OU=x+CN=y}: a second attribute would hide behind the first. */
    private static boolean hasSeveralAttributes(String rdn) {
        return rdn.replace("\\+", "").indexOf('+') >= 0;
    }
}
