package dev.sallyport.core.auth.introspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.auth.binding.SenderConstraint;
import dev.sallyport.core.auth.jwt.JwtRules;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.oauth.provider.ClientAuthentication;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.reject.RejectReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** What a provider may say of a token, put together from parts of which each is known to be right or wrong (RFC 7662 §2.2). */
final class IntrospectionAnswerFuzzTest {
    private static final Instant NOW = Requests.NOW;
    private static final long SECOND = NOW.getEpochSecond();
    private static final Duration CACHE_FOR = Duration.ofSeconds(30);

    /** The end of each answer: what it means for the token, or that it says nothing about it. */
    private enum Meaning { GOOD, BAD, NOTHING }

    private record Member(Meaning meaning, String json) {}

    private static final List<List<Member>> MEMBERS = List.of(
            members("\"active\":true", List.of("\"active\":false"), List.of("\"active\":\"true\"", "\"active\":1", "\"active\":null", "\"active\":[true]", "\"active\":{}", "", "\"active\":true,\"active\":true", "\"Active\":true")),
            members("\"iss\":\"https://idp.example\"", List.of("\"iss\":\"https://idp.example/\"", "\"iss\":[\"https://idp.example\"]", "\"iss\":null", "\"iss\":\"\"", ""), List.of("\"iss\":\"a\",\"iss\":\"b\"")),
            members("\"aud\":[\"x\",\"api\"]", List.of("\"aud\":\"API\"", "\"aud\":[]", "\"aud\":[\"api\",1]", "\"aud\":{\"api\":1}", "\"aud\":null", "\"aud\":\"api other\"", ""), List.of()),
            members("\"sub\":\"anna\"", List.of("\"sub\":1", "\"sub\":\"\"", "\"sub\":null", "\"sub\":[\"anna\"]", "\"sub\":true", ""), List.of("\"sub\":\"\\ud800\"", "\"sub\":\"a\nb\"")),
            members("\"exp\":" + (SECOND + 20), List.of("\"exp\":" + (SECOND - 31), "\"exp\":\"" + (SECOND + 20) + "\"", "\"exp\":-1", "\"exp\":1e400", "\"exp\":99999999999999999999", "\"exp\":null", "\"exp\":[1]", "\"exp\":true", "\"exp\":253402300800"),
                    List.of("\"exp\":" + "9".repeat(41), "\"exp\":0x7fffffff", "\"exp\":NaN", "\"exp\":+1")),
            members("\"exp2\":1", List.of(), List.of("\"x\":" + "[".repeat(20) + "]".repeat(20), "\"x\":" + "{\"x\":".repeat(5_000), "\"" + "n".repeat(2_000) + "\":1", "\"x\":[" + "1,".repeat(10_001) + "1]", "\"x\":'y'", "\"x\":1,")),
            members("\"nbf\":" + (SECOND - 5) + ".25", List.of("\"nbf\":" + (SECOND + 31), "\"nbf\":\"0\"", "\"nbf\":-5"), List.of()),
            members("\"scope\":\"read write\"", List.of("\"scope\":1", "\"scope\":[\"read\",null]", "\"scope\":{}"), List.of()),
            members("\"jti\":\"j1\"", List.of("\"jti\":1", "\"jti\":\"\"", "\"jti\":null"), List.of()),
            members("\"typ\":\"Bearer\"", List.of("\"typ\":\"Refresh\"", "\"typ\":\"ID\"", "\"token_use\":\"REFRESH_TOKEN\"", "\"events\":{}", "\"token_type\":\"DPoP\"", "\"cnf\":{}", "\"cnf\":null", "\"cnf\":{\"jkt\":\"x\"}", "\"cnf\":\"x\""), List.of()));

    private static List<Member> members(String good, List<String> bad, List<String> nothing) {
        List<Member> all = new ArrayList<>(List.of(new Member(Meaning.GOOD, good)));
        bad.forEach(json -> all.add(new Member(Meaning.BAD, json)));
        nothing.forEach(json -> all.add(new Member(Meaning.NOTHING, json)));
        return all;
    }

    @Property
    void tokenIsTakenExactlyWhereEveryMemberSaysSo(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        Meaning meaning = Meaning.GOOD;
        List<String> members = new ArrayList<>();
        for (List<Member> choice : MEMBERS) {
            Member member = choice.get(random.nextInt(16) == 0 ? random.nextInt(choice.size()) : 0);
            meaning = meaning.compareTo(member.meaning) < 0 ? member.meaning : meaning;
            members.add(member.json);
        }
        Collections.shuffle(members, random);
        members.removeIf(String::isEmpty);
        String answer = "{" + String.join(", ", members) + "}";
        assertMeans(meaning, answer.getBytes(StandardCharsets.UTF_8), answer);
        Statistics.label("meaning").collect(meaning);
        Statistics.label("meaning").coverage(counted -> counted.check(Meaning.GOOD).percentage(share -> share > 10));
    }

    /** A gateway that cannot tell what it was told refuses nobody for good and lets nobody through. */
    @Property
    void bytesThatAreNoAnswerSayNothing(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        String good = "{\"active\":true,\"iss\":\"https://idp.example\",\"aud\":\"api\",\"sub\":\"anna\"}";
        byte[] answer = switch (random.nextInt(6)) {
            case 0 -> good.getBytes(StandardCharsets.UTF_16);
            case 1 -> ("\ufeff" + good).getBytes(StandardCharsets.UTF_8);
            case 2 -> (good + List.of("x", "{}", "\0", "]", ",").get(random.nextInt(5))).getBytes(StandardCharsets.UTF_8);
            case 3 -> good.substring(0, random.nextInt(good.length())).getBytes(StandardCharsets.UTF_8);
            case 4 -> zipped(good);
            default -> ("[" + good + "]").getBytes(StandardCharsets.UTF_8);
        };
        assertMeans(Meaning.NOTHING, answer, "case of " + seed);
    }

    /** Whatever is done to an answer, nobody becomes somebody whom it does not name. */
    @Property
    void editedAnswerLetsNobodyThroughWhomItDoesNotName(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        byte[] answer = "{\"active\":true,\"iss\":\"https://idp.example\",\"aud\":\"api\",\"sub\":\"anna\",\"exp\":1795435220}".getBytes(StandardCharsets.UTF_8);
        for (int edit = 0; edit <= random.nextInt(3); edit++) {
            answer[random.nextInt(answer.length)] = (byte) random.nextInt(256);
        }
        if (ask(new Provider(answer), NOW) instanceof Verdict.Authenticated(Identity identity, var _)) {
            String text = new String(answer, StandardCharsets.UTF_8);
            assertThat(text).containsPattern("\"active\"\\s*:\\s*true").contains("\"https://idp.example\"", "\"api\"");
            assertThat(identity.issuer()).contains("https://idp.example");
        }
    }

    private static void assertMeans(Meaning meaning, byte[] answer, String name) {
        Provider provider = new Provider(answer);
        IntrospectionAuthenticator opaque = authenticator(provider);
        Verdict verdict = ask(opaque, NOW);
        switch (meaning) {
            case GOOD -> assertThat(verdict).as(name).isInstanceOf(Verdict.Authenticated.class);
            case BAD -> assertThat(((Verdict.Rejected) verdict).rejection().status()).as(name).isEqualTo(401);
            case NOTHING -> assertThat(((Verdict.Rejected) verdict).rejection().reason()).as(name).isEqualTo(RejectReason.INTROSPECTION_UNAVAILABLE);
        }
        ask(opaque, NOW);
        assertThat(provider.calls).as(name).isEqualTo(meaning == Meaning.NOTHING ? 2 : 1);
        ask(opaque, NOW.plus(CACHE_FOR));
        assertThat(provider.calls).as("nothing is believed for longer: " + name).isEqualTo(meaning == Meaning.NOTHING ? 3 : 2);
    }

    private static Verdict ask(Provider provider, Instant at) {
        return ask(authenticator(provider), at);
    }

    private static Verdict ask(IntrospectionAuthenticator opaque, Instant at) {
        Verdict verdict = opaque.authenticate(Requests.at(at, Requests.get("/", "Authorization", "Bearer t")));
        return verdict instanceof Verdict.Pending(CompletionStage<Verdict.Final> settled) ? settled.toCompletableFuture().join() : verdict;
    }

    private static IntrospectionAuthenticator authenticator(Provider provider) {
        CpuWorker here = new SameThread();
        IntrospectionRules rules = new IntrospectionRules(
                URI.create("https://idp.example/introspect"), new ClientAuthentication.SharedSecret("gateway", Secret.ofText("secret")),
                Optional.of("https://idp.example"), Set.of("api"), CACHE_FOR, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(30),
                "sub", List.of("scope"), JwtRules.BEARER, Optional.empty());
        SenderConstraint none = SenderConstraint.of("opaque", SenderConstraint.Mode.NONE, SenderConstraint.Nonce.NOT_ASKED, here);
        return new IntrospectionAuthenticator("opaque", rules, none, provider, here, GatewayEvents.IGNORED);
    }

    private static byte[] zipped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.randomValue(Random::nextLong);
    }

    private static final class Provider implements HttpFetcher {
        private final byte[] answer;
        private int calls;

        private Provider(byte[] answer) {
            this.answer = answer;
        }

        @Override
        public CompletionStage<Result> fetch(Request request) {
            calls++;
            return CompletableFuture.completedStage(new Result.Fetched(answer, Optional.empty()));
        }
    }

    private record SameThread() implements CpuWorker {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return Optional.of(CompletableFuture.completedFuture(computation.get()));
        }
    }
}
