package dev.sallyport.core.auth;

import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.identity.RevocationHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Several proofs of one request as one identity: the first named speaks, all of them end it. */
final class JoinedIdentity {
    private JoinedIdentity() {}

    static Identity of(List<ChainVerdict.Vouched> vouched) {
        Identity first = vouched.getFirst().identity();
        if (vouched.size() == 1) {
            return first;
        }
        List<Proof> proofs = new ArrayList<>();
        List<RevocationHandle> handles = new ArrayList<>();
        Optional<Instant> expiresAt = Optional.empty();
        for (ChainVerdict.Vouched each : vouched) {
            proofs.addAll(each.identity().proofs());
            handles.addAll(each.identity().revocationHandles());
            expiresAt = Stream.concat(expiresAt.stream(), each.identity().expiresAt().stream()).min(Instant::compareTo);
        }
        return new Identity(
                first.subject(), List.copyOf(proofs), first.scopes(), first.credentialId(), first.issuer(), first.claims(),
                expiresAt, List.copyOf(handles), first.accessToken());
    }
}
