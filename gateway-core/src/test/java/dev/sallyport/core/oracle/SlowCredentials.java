package dev.sallyport.core.oracle;

import dev.sallyport.core.oracle.Rules.CredentialRule;
import dev.sallyport.core.oracle.Rules.KnownKey;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** API keys, signatures over the content, client certificates. */
final class SlowCredentials {
    private SlowCredentials() {}

    static Finding key(CredentialRule.Keys rule, Asked asked) {
        List<String> values = asked.values(rule.header());
        if (values.isEmpty()) {
            return Finding.ABSENT;
        }
        Optional<KnownKey> known = rule.keys().stream().filter(key -> values.equals(List.of(key.key()))).findFirst();
        return known.filter(key -> key.active() && !asked.at().isBefore(key.from()) && asked.at().isBefore(key.until()))
                .<Finding>map(key -> new Finding.Good(key.scopes(), Map.of()))
                .orElse(Finding.BAD);
    }

    static Finding signature(CredentialRule.Signed rule, Asked asked) {
        List<String> values = asked.values(rule.header());
        if (values.isEmpty()) {
            return Finding.ABSENT;
        }
        if (values.size() > 1 || asked.body().length == 0) {
            return Finding.BAD;
        }
        String text = values.getFirst().replaceFirst("^sha256=", "");
        boolean matches = rule.secrets().stream().map(secret -> hmac(secret, asked.body())).anyMatch(mac ->
                HexFormat.of().formatHex(mac).equalsIgnoreCase(text) || Base64.getEncoder().encodeToString(mac).equals(text));
        return matches ? new Finding.Good(rule.scopes(), Map.of()) : Finding.BAD;
    }

    static Finding certificate(CredentialRule.Certificate rule, Asked asked) {
        if (asked.certificates().isEmpty()) {
            return Finding.ABSENT;
        }
        boolean isInDate = asked.certificates().stream().allMatch(each -> !asked.at().isBefore(each.getNotBefore().toInstant()) && !asked.at().isAfter(each.getNotAfter().toInstant()));
        String pattern = String.join("[^/.]+", Arrays.stream(rule.dnsName().split("\\*", -1)).map(Pattern::quote).toList());
        return isInDate && hasName(asked.certificates().getFirst(), pattern) ? new Finding.Good(rule.scopes(), Map.of()) : Finding.BAD;
    }

    private static boolean hasName(X509Certificate certificate, String pattern) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(name -> Integer.valueOf(2).equals(name.get(0)) && String.valueOf(name.get(1)).matches(pattern));
        } catch (CertificateParsingException _) {
            return false;
        }
    }

    static byte[] hmac(byte[] secret, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
