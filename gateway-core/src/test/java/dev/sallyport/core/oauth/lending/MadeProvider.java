package dev.sallyport.core.oauth.lending;

import dev.sallyport.core.oauth.provider.ClientAuthentication;
import dev.sallyport.core.oauth.provider.TokenEndpoint;
import dev.sallyport.core.oauth.provider.TokenEndpointRules;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A token endpoint that answers when the test says so. */
public final class MadeProvider implements HttpFetcher, CpuWorker {
    static final URI URL = URI.create("https://idp.example/token");

    public final List<Request> requests = new ArrayList<>();
    private final List<CompletableFuture<Result>> open = new ArrayList<>();
    private Room room = Room.FREE;

    private enum Room { FREE, TAKEN }

    public TokenEndpoint endpoint() {
        TokenEndpointRules rules = new TokenEndpointRules(
                URL, new ClientAuthentication.SharedSecret("gateway", Secret.ofText("s-of-the-gateway")), Duration.ofSeconds(5), Optional.empty());
        return new TokenEndpoint(rules, this, this);
    }

    /** The form of the last call. */
    public String form() {
        return switch (requests.getLast().call()) {
            case Call.PostForm(Secret form, var _) -> new String(form.reveal(), StandardCharsets.UTF_8);
            case Call.Get _ -> throw new AssertionError("no form");
        };
    }

    void leaveNoRoom() {
        room = Room.TAKEN;
    }

    void give(String token, long seconds) {
        answer("{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":" + seconds + "}");
    }

    public void answer(String body) {
        open.removeFirst().complete(new Result.Fetched(body.getBytes(StandardCharsets.UTF_8), Optional.empty()));
    }

    public void decline(int status, String body) {
        open.removeFirst().complete(new Result.Declined(status, body.getBytes(StandardCharsets.UTF_8)));
    }

    public void fail() {
        open.removeFirst().complete(new Result.Failed("the answer's status is 500"));
    }

    void breakDown() {
        open.removeFirst().completeExceptionally(new IllegalStateException("a defect"));
    }

    @Override
    public CompletionStage<Result> fetch(Request request) {
        requests.add(request);
        CompletableFuture<Result> result = new CompletableFuture<>();
        open.add(result);
        return result;
    }

    @Override
    public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
        return room == Room.TAKEN ? Optional.empty() : Optional.of(CompletableFuture.completedFuture(computation.get()));
    }

    /** What an outcome came to by now. */
    static TokenOutcome now(CompletionStage<TokenOutcome> outcome) {
        return outcome.toCompletableFuture().getNow(new TokenOutcome.Unavailable("still asking"));
    }

    static LentToken lent(CompletionStage<TokenOutcome> outcome) {
        return switch (now(outcome)) {
            case TokenOutcome.Issued(LentToken token) -> token;
            case TokenOutcome.Refused(String why) -> throw new AssertionError(why);
            case TokenOutcome.Unavailable(String why) -> throw new AssertionError(why);
        };
    }

    static String sent(CompletionStage<TokenOutcome> outcome) {
        return new String(lent(outcome).authorization().reveal(), StandardCharsets.UTF_8);
    }
}
