package dev.sallyport.core.auth.token;

import dev.sallyport.core.identity.RevocationHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** By what a token can be called back. */
public final class TokenHandles {
    /** Who asked for the token (RFC 9068 §2.2, OpenID Connect Core §2). */
    private static final List<String> CLIENT_CLAIMS = List.of("client_id", "azp");

    private TokenHandles() {}

    public static List<RevocationHandle> of(TokenClaims claims, String subject, TokenTimes times) throws TokenClaims.Mistyped {
        // Without `iat` it cannot show that it is younger than the day of a revocation.
        Instant issuedAt = times.issuedAt().orElse(Instant.EPOCH);
        List<RevocationHandle> handles = new ArrayList<>(4);
        claims.text("jti").ifPresent(jti -> handles.add(new RevocationHandle.TokenId(jti)));
        Optional<String> issuer = claims.text("iss");
        for (String name : names(claims, subject)) {
            handles.add(new RevocationHandle.SubjectIssued(name, issuedAt));
            issuer.ifPresent(named -> handles.add(new RevocationHandle.SubjectIssued(RevocationHandle.ofIssuer(name, named), issuedAt)));
        }
        for (String claim : CLIENT_CLAIMS) {
            claims.text(claim).ifPresent(client -> handles.add(new RevocationHandle.ClientIssued(client, issuedAt)));
        }
        claims.text("sid").ifPresent(sid -> {
            handles.add(new RevocationHandle.SessionId(sid));
            issuer.ifPresent(named -> handles.add(new RevocationHandle.SessionId(RevocationHandle.ofIssuer(sid, named))));
        });
        return List.copyOf(handles);
    }

    /** By the key that signed: whoever stole that signs what they like, and no list of tokens would be long enough. */
    public static List<RevocationHandle> ofKey(String keyId, String issuer) {
        return List.of(new RevocationHandle.KeyId(keyId), new RevocationHandle.KeyId(RevocationHandle.ofIssuer(keyId, issuer)));
    }

    /** Whatever claim a configuration takes for the subject, the issuer calls users back by {@code sub}. */
    private static Set<String> names(TokenClaims claims, String subject) {
        Set<String> names = new LinkedHashSet<>(List.of(subject));
        if (claims.values().get("sub") instanceof String named) {
            names.add(named);
        }
        return names;
    }
}
