package dev.sallyport.core.token.endpoint;

import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.state.ReplayStore;
import dev.sallyport.core.token.client.AuthenticatedClient;
import dev.sallyport.core.token.client.ClientAuthenticator;
import dev.sallyport.core.token.client.OAuthForm;
import dev.sallyport.core.token.client.OAuthRefusal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A path at which a client proves who it is and then asks for something. In order: the form; the proof; what of it is good
 * for once is spent; the action.
 *
 * @param realm that challenges name
 */
public record ClientEndpoint(String realm, ClientAuthenticator clients, ReplayStore spent, CpuWorker worker, Action action)
        implements Destination.Endpoint {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** What is done for a client. */
    public interface Action {
        /** On a worker's thread. */
        CompletionStage<Destination.Answer> answer(RequestView request, OAuthForm form, AuthenticatedClient client) throws OAuthRefusal;
    }

    @Override
    public int maxBody() {
        return OAuthForm.MAX_BODY;
    }

    @Override
    public CompletionStage<Destination.Answer> answer(RequestView request) {
        try {
            OAuthForm form = OAuthForm.read(request);
            return onWorker(() -> authenticate(request, form)).orElseGet(() -> overloaded(Optional.empty()));
        } catch (OAuthRefusal refusal) {
            return refuse(refusal.rejection(), Optional.empty());
        }
    }

    /** Empty where the worker has no room. */
    private Optional<CompletionStage<Destination.Answer>> onWorker(Supplier<CompletionStage<Destination.Answer>> work) {
        return worker.submit(work).map(queued -> queued.thenCompose(Function.identity()));
    }

    private CompletionStage<Destination.Answer> overloaded(Optional<AuthenticatedClient> client) {
        return refuse(Rejection.of(RejectReason.OVERLOADED, "no room to verify and sign").withRetryAfter(PAUSE), client);
    }

    private CompletionStage<Destination.Answer> authenticate(RequestView request, OAuthForm form) {
        try {
            AuthenticatedClient client = clients.authenticate(request, form);
            return client.spends().isEmpty()
                    ? act(request, form, client)
                    : spent.spend(client.spends(), request.receivedAt()).thenCompose(outcome -> act(request, form, client, outcome));
        } catch (OAuthRefusal refusal) {
            return refuse(refusal.rejection(), Optional.empty());
        }
    }

    private CompletionStage<Destination.Answer> act(RequestView request, OAuthForm form, AuthenticatedClient client, ReplayStore.Outcome outcome) {
        return switch (outcome) {
            // A store tells on a thread of its own, which others wait for too.
            case ReplayStore.Outcome.Spent() -> onWorker(() -> act(request, form, client)).orElseGet(() -> tellAgain(client));
            case ReplayStore.Outcome.Replayed(var use) -> refuse(ClientAuthenticator.replayed(use).rejection(), Optional.of(client));
            case ReplayStore.Outcome.Unspent unspent -> refuse(unspent.rejection(), Optional.of(client));
        };
    }

    /** With the very same proof: nothing was done for it. */
    private CompletionStage<Destination.Answer> tellAgain(AuthenticatedClient client) {
        spent.giveBack(client.spends());
        return overloaded(Optional.of(client));
    }

    private CompletionStage<Destination.Answer> act(RequestView request, OAuthForm form, AuthenticatedClient client) {
        try {
            return action.answer(request, form, client);
        } catch (OAuthRefusal refusal) {
            return refuse(refusal.rejection(), Optional.of(client));
        }
    }

    private CompletionStage<Destination.Answer> refuse(Rejection rejection, Optional<AuthenticatedClient> client) {
        // RFC 6749 §5.2, RFC 9110 §15.5.2: a 401 names a scheme.
        Rejection told = rejection.status() == 401 ? rejection.with(List.of(new Challenge("Basic", List.of(new Challenge.Parameter("realm", realm))))) : rejection;
        return CompletableFuture.completedStage(new Destination.Answer.Refused(told, client.map(known -> caller(known, Optional.empty(), ""))));
    }

    /** @param credentialId of what was given out or asked about */
    static Destination.Caller caller(AuthenticatedClient client, Optional<String> credentialId, String what) {
        return new Destination.Caller(client.id(), credentialId, what + (what.isEmpty() ? "" : " by ") + client.method());
    }
}
