package dev.sallyport.core.auth.token;

import dev.sallyport.core.identity.RevocationHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        handles.add(new RevocationHandle.SubjectIssued(subject, issuedAt));
        issuer.ifPresent(named -> handles.add(new RevocationHandle.SubjectIssued(RevocationHandle.ofIssuer(subject, named), issuedAt)));
        for (String claim : CLIENT_CLAIMS) {
            claims.text(claim).ifPresent(client -> handles.add(new RevocationHandle.ClientIssued(client, issuedAt)));
        }
        claims.text("sid").ifPresent(sid -> {
            handles.add(new RevocationHandle.SessionId(sid));
            issuer.ifPresent(named -> handles.add(new RevocationHandle.SessionId(RevocationHandle.ofIssuer(sid, named))));
        });
        return List.copyOf(handles);
    }
}
