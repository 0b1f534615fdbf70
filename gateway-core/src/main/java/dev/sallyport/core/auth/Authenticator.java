package dev.sallyport.core.auth;

import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.Rejection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Checks one kind of credential against its own key material. Shared by all event loops: no state of a request in it. */
public interface Authenticator {

    /** The key in the configuration. */
    String name();

    AuthMethod method();

    /** Never blocks, never throws for bad input; what it throws all the same is a defect, and denies. */
    Verdict authenticate(RequestView request);

    /**
     * Why a credential that stands where its own would is refused when no authenticator of the chain claims it, such as
     * a token of an unknown issuer; empty if none stands there.
     */
    default Optional<Rejection> refuseUnclaimed(RequestView request) {
        return Optional.empty();
    }

    /** What it accepted went on to be forwarded; called once a request, where a verdict may be asked for twice. */
    default void accepted(Identity identity, Instant at) {}

    /** What it accepted is called back: whatever it keeps for the caller is not to serve again. */
    default void revoked(RequestView request) {}

    /** Whether its credential is sent on purpose with each request, or is there anyway. */
    default Carriage carriage() {
        return Carriage.EXPLICIT;
    }

    /** How a credential comes with a request. */
    enum Carriage {
        /** A header or signature. */
        EXPLICIT,
        /** The connection's certificate, a browser's cookie: looked at only where nothing explicit is there. */
        AMBIENT
    }

    /** Whether it claims its own, or what all others leave. */
    default Precedence precedence() {
        return Precedence.OWN;
    }

    /** Who may claim a credential that stands in the place of several. */
    enum Precedence {
        /** It can tell whether a credential is for it. */
        OWN,
        /** It cannot, and takes what no other of the chain claims in the same place. */
        LEFT_OVER
    }

    /** Where its credentials may stand; all are stripped before forwarding, checked or not. */
    Set<CredentialLocation> locations();

    /** Whether a credential stands where its own would, whatever it is worth. Asked for each request: it allocates nothing. */
    default boolean isPresented(RequestView request) {
        for (CredentialLocation location : locations()) {
            if (location.indexIn(request.fields(), 0) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Takes somebody who came without a credential of its kind where one can be had; empty where it cannot, or not this one. */
    default Optional<CompletionStage<Invitation>> invite(RequestView request) {
        return Optional.empty();
    }

    /** How a client is told what to send; none for what HTTP cannot ask for (a client certificate). */
    List<Challenge> challenges(String realm);
}
