package dev.sallyport.core.state.revocation;

import java.util.Optional;
import java.util.function.Predicate;

/** A bound on how many revocations there are at once of one who calls back. */
enum RevocationRoom {
    CLIENT(RevocationLedger.MAX_PER_CLIENT, "revocations_per_client"),
    CLIENTS(RevocationLedger.MAX_OF_CLIENTS, "revocations"),
    ALL(RevocationLedger.MAX_ENTRIES, "revocations");

    private final int max;
    private final String limit;

    RevocationRoom(int max, String limit) {
        this.max = max;
        this.limit = limit;
    }

    /** Its name among the metrics. */
    String limit() {
        return limit;
    }

    /** Empty where there is room for one more. */
    static Optional<RevocationRoom> findFull(Revoker revoker, RevokedCredentials held) {
        return switch (revoker) {
            case Revoker.Operator() -> Optional.empty();
            case Revoker.Provider() -> findFullForAll(held);
            case Revoker.Client client -> CLIENT.ifFull(held, client::equals)
                    .or(() -> CLIENTS.ifFull(held, Revoker.Client.class::isInstance))
                    .or(() -> findFullForAll(held));
        };
    }

    /** The operator's take nobody's room. */
    private static Optional<RevocationRoom> findFullForAll(RevokedCredentials held) {
        return ALL.ifFull(held, by -> !by.equals(Revoker.OPERATOR));
    }

    private Optional<RevocationRoom> ifFull(RevokedCredentials held, Predicate<Revoker> counted) {
        return held.count(counted) < max ? Optional.empty() : Optional.of(this);
    }
}
