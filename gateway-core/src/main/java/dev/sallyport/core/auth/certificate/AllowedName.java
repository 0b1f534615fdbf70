package dev.sallyport.core.auth.certificate;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** One entry of {@code mtls.allow}: a kind of name and a pattern for it. */
public sealed interface AllowedName {
    record Spiffe(String pattern) implements AllowedName {}

    record Dns(String pattern) implements AllowedName {}

    /** The whole subject in RFC 4514 form, RDN by RDN. */
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
     * RDN by RDN, none left over on either side: under a pattern for part of a subject, {@code CN=partner-1,O=Evil} would
     * pass as {@code CN=partner-*}, and of two CNs, CA and gateway could mean different ones.
     */
    private static boolean matchesSubject(List<String> patterns, List<String> rdns) {
        return patterns.size() == rdns.size()
                && IntStream.range(0, rdns.size()).allMatch(index -> matchesRdn(patterns.get(index), rdns.get(index)));
    }

    private static boolean matchesRdn(String pattern, String rdn) {
        return !hasSeveralAttributes(rdn) && type(pattern).equals(type(rdn)) && NamePattern.of(value(pattern)).matches(value(rdn));
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
        // A backslash escapes what follows, another backslash too: in `a\\+b` the plus is no part of the value.
        return rdn.replaceAll("\\\\.", "").indexOf('+') >= 0;
    }
}
