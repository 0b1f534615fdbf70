package dev.sallyport.server.admin;

import dev.sallyport.core.config.file.CertificateSerial;
import dev.sallyport.core.config.file.IssuerName;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.Revocations;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A call to revoke, as its JSON says it. */
sealed interface RevocationRequest {
    record Asked(Revocation revocation) implements RevocationRequest {}

    record Malformed(String why) implements RevocationRequest {}

    /** By its one naming member, the others that it may have. */
    Map<String, Set<String>> FORMS = Map.of(
            "jti", Set.of("until"),
            "subject", Set.of("issuedBefore"),
            "client", Set.of("issuedBefore"),
            "session", Set.of("until"),
            "keyId", Set.of("issuer"),
            "serial", Set.of("issuer"));

    /** Longest text of a member. */
    int MAX_TEXT = 1_024;

    /** How far in the future "issued before" may lie: clocks differ, and a year would lock somebody out unseen. */
    int MAX_AHEAD_SECONDS = 300;

    /** @param known the gateway's own, which say how long tokens can be good */
    static RevocationRequest read(byte[] content, Revocations known, Instant now) {
        Optional<Map<String, Object>> members = StrictJson.object(content);
        if (members.isEmpty()) {
            return new Malformed("the content is not one JSON object");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, Object> member : members.get().entrySet()) {
            if (!(member.getValue() instanceof String text) || text.isEmpty() || text.length() > MAX_TEXT) {
                return new Malformed("`" + member.getKey() + "` is no text of 1 to " + MAX_TEXT + " characters");
            }
            texts.put(member.getKey(), text);
        }
        Optional<String> form = FORMS.keySet().stream().filter(texts::containsKey).findFirst();
        if (form.isEmpty() || !texts.keySet().stream().allMatch(key -> key.equals(form.get()) || isAllowed(form.get(), key))) {
            return new Malformed("one of " + FORMS.keySet().stream().sorted().toList() + " is expected, and what goes with it");
        }
        try {
            return new Asked(revocation(form.get(), texts, known, now));
        } catch (DateTimeException | IllegalArgumentException wrong) {
            return new Malformed(String.valueOf(wrong.getMessage()));
        }
    }

    private static boolean isAllowed(String form, String key) {
        return FORMS.getOrDefault(form, Set.of()).contains(key);
    }

    private static Revocation revocation(String form, Map<String, String> texts, Revocations known, Instant now) {
        String name = texts.getOrDefault(form, "");
        return switch (form) {
            case "jti" -> Revocation.token(name, until(texts, known, now).orElseGet(() -> known.lastExpiry(now)));
            case "subject" -> Revocation.subject(name, issuedBefore(texts, known, now));
            case "client" -> Revocation.client(name, issuedBefore(texts, known, now));
            case "session" -> until(texts, known, now).map(until -> Revocation.session(name, until))
                    // The provider may know nothing of it, and issue tokens for the session as long as it likes.
                    .orElseGet(() -> Revocation.session(name));
            case "keyId" -> Revocation.key(Optional.ofNullable(texts.get("issuer")).map(issuer -> RevocationHandle.ofIssuer(name, issuer)).orElse(name));
            default -> Revocation.certificate(
                    CertificateSerial.parse(name).hex(), Optional.ofNullable(texts.get("issuer")).map(issuer -> IssuerName.parse(issuer).canonical()));
        };
    }

    private static Optional<Instant> until(Map<String, String> texts, Revocations known, Instant now) {
        Optional<Instant> until = Optional.ofNullable(texts.get("until")).map(Instant::parse);
        if (until.filter(end -> !known.isTakenAfter(end, now)).isPresent()) {
            throw new IllegalArgumentException("`until` lies in the past: it would call back nothing");
        }
        return until;
    }

    private static Instant issuedBefore(Map<String, String> texts, Revocations known, Instant now) {
        if (known.bounds().longestTrust().isEmpty()) {
            throw new IllegalArgumentException("by subject or client nothing is called back while `jwt.maxLifetime` is `unlimited` for an"
                    + " authenticator, for the entry would have to stay for ever: set one, or write the entry into `revocation.file`");
        }
        Optional<Instant> before = Optional.ofNullable(texts.get("issuedBefore")).map(Instant::parse);
        if (before.filter(now.plusSeconds(MAX_AHEAD_SECONDS)::isBefore).isPresent()) {
            throw new IllegalArgumentException("`issuedBefore` lies more than " + MAX_AHEAD_SECONDS + " s in the future");
        }
        return before.orElse(now);
    }
}
