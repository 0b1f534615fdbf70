package dev.sallyport.core.auth.binding;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.sallyport.core.Requests;
import dev.sallyport.core.oracle.SlowPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** Proofs that hold or do not, put together from parts of which each is known to (RFC 9449 §4.3), and any text in their place. */
final class DpopCheckFuzzTest {
    private static final String TOKEN = "some.bound.token";
    private static final long NOW = Requests.NOW.getEpochSecond();
    private static final ECKey KEY = key();
    private static final ECKey OTHER = key();
    private static final DpopNonces NONCES = new DpopNonces();
    private static final String NONCE = NONCES.current(Requests.NOW);
    private static final Pattern URL = Pattern.compile("(?i)(https?)://([^/?#@\\\\\\x00-\\x20\\x7f-\\uffff]+)([^?#]*)(?:\\?[!-~&&[^#]]*)?(?:#.*)?", Pattern.DOTALL);

    private static final Part TYPE = new Part(
            List.of("\"typ\":\"dpop+jwt\""), List.of("\"typ\":\"JWT\"", "\"typ\":\"at+jwt\"", "\"typ\":1", "\"typ\":null", "\"typ\":\"dpop\"", ""));
    private static final Part ALGORITHM = new Part(
            List.of("\"alg\":\"ES256\""), List.of("\"alg\":\"none\"", "\"alg\":\"HS256\"", "\"alg\":\"ES384\"", "\"alg\":\"RS256\"", "\"alg\":\"es256\"", "\"alg\":[\"ES256\"]", ""));
    private static final Part JWK = new Part(
            List.of("\"jwk\":" + KEY.toPublicJWK(), "\"jwk\":" + with(KEY.toPublicJWK().toString(), "\"kid\":\"k\",\"use\":\"sig\",\"x5u\":\"https://evil.example/\"")),
            List.of("\"jwk\":" + KEY, "\"jwk\":" + with(KEY.toPublicJWK().toString(), "\"k\":\"AAAA\""), "\"jwk\":" + with(KEY.toPublicJWK().toString(), "\"d\":null"),
                    "\"jwk\":" + with(KEY.toPublicJWK().toString(), "\"kty\":\"EC\""), "\"jwk\":" + OTHER.toPublicJWK(), "\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}",
                    "\"jwk\":\"x\"", "\"jwk\":null", "\"jwk\":[]", "\"jwk\":{}", "\"kid\":\"k\""));
    private static final Part MORE_HEADER = new Part(
            List.of("", "\"kid\":\"1\"", "\"jku\":\"https://evil.example/keys\"", "\"x5c\":[\"x\"]"), List.of("\"crit\":[\"x\"],\"x\":1", "\"b64\":false", "\"zip\":\"DEF\"", "\"alg\":\"ES256\"", "\"kid\":1"));
    private static final Part METHOD = new Part(List.of("\"htm\":\"GET\""), List.of("\"htm\":\"get\"", "\"htm\":\"POST\"", "\"htm\":[\"GET\"]", "\"htm\":\"GET \"", ""));
    private static final Part TARGET = new Part(
            List.of("\"htu\":\"https://api.example/a/b\"", "\"htu\":\"HTTPS://API.example:443/a/%62?x#y\"", "\"htu\":\"https://api.example/x/../a/./b\""),
            List.of("\"htu\":\"http://api.example/a/b\"", "\"htu\":\"https://api.example:80/a/b\"", "\"htu\":\"https://api.example/a/b/\"", "\"htu\":\"https://api.example/A/b\"", "\"htu\":\"https://api.example/a%2Fb\"",
                    "\"htu\":\"https://u@api.example/a/b\"", "\"htu\":\"https://api.example@evil.example/a/b\"", "\"htu\":\"//api.example/a/b\"", "\"htu\":\"https:/a/b\"", "\"htu\":\"\"", "\"htu\":1",
                    "\"htu\":\"https://api.example\\\\a/b\"", "\"htu\":\"https://api.example/a/b\\u0000\"", "\"htu\":\"https://api.example/a//b\"", "\"htu\":\"https://api.example/a/c/..//b\"", ""));
    private static final Part TIME = new Part(
            List.of("\"iat\":" + NOW, "\"iat\":" + (NOW - 60), "\"iat\":" + (NOW + 60), "\"iat\":" + NOW + ".5"),
            List.of("\"iat\":" + (NOW - 61), "\"iat\":" + (NOW + 61), "\"iat\":" + (NOW - 60) + "000", "\"iat\":\"" + NOW + "\"", "\"iat\":-1", "\"iat\":1e400", "\"iat\":9223372036854775808",
                    "\"iat\":null", "\"iat\":[" + NOW + "]", "\"exp\":" + (NOW + 60), ""));
    private static final Part ID = new Part(
            List.of("\"jti\":\"a\"", "\"jti\":\"" + "j".repeat(256) + "\"", "\"jti\":\"\\u0000:\\u20ac\""),
            List.of("\"jti\":\"\"", "\"jti\":\"" + "j".repeat(257) + "\"", "\"jti\":1", "\"jti\":null", "\"jti\":\"\\ud800\"", ""));
    private static final Part HASH = new Part(
            List.of("\"ath\":\"" + Thumbprint.of(TOKEN) + "\""),
            List.of("\"ath\":\"" + Thumbprint.of("") + "\"", "\"ath\":\"" + Thumbprint.of(TOKEN) + "=\"", "\"ath\":\"\"", "\"ath\":null", ""));
    private static final Part FRESHNESS = new Part(
            List.of("\"nonce\":\"" + NONCE + "\""),
            List.of("\"nonce\":\"" + new DpopNonces().current(Requests.NOW) + "\"", "\"nonce\":\"" + NONCES.current(Requests.NOW.minus(DpopNonces.WINDOW.multipliedBy(2))) + "\"",
                    "\"nonce\":\"" + NONCES.current(Requests.NOW.plus(DpopNonces.WINDOW)) + "\"", "\"nonce\":\"\"", "\"nonce\":1", "\"nonce\":\"" + NONCE + " \"", ""));
    private static final Part MORE_CLAIMS = new Part(List.of("", "\"exp\":1", "\"nested\":{\"a\":[1]}"), List.of("\"jti\":\"twice\"", "\"deep\":" + "[".repeat(40) + "]".repeat(40)));

    /** One part as it is well written, or not. */
    private record Part(List<String> good, List<String> bad) {}

    /** A proof as it grows, and whether all of it is good so far. */
    private static final class Draft {
        private final Random random;
        private boolean isGood = true;

        private Draft(Random random) {
            this.random = random;
        }

        private String object(Part... parts) {
            List<String> members = new ArrayList<>();
            for (Part part : parts) {
                boolean isBad = random.nextInt(24) == 0;
                isGood &= !isBad;
                List<String> choice = isBad ? part.bad : part.good;
                members.add(choice.get(random.nextInt(choice.size())));
            }
            members.removeIf(String::isEmpty);
            return "{" + String.join(",", members) + "}";
        }

        private String proof() {
            String input = Base64URL.encode(object(TYPE, ALGORITHM, JWK, MORE_HEADER)) + "." + Base64URL.encode(object(METHOD, TARGET, TIME, ID, HASH, FRESHNESS, MORE_CLAIMS));
            boolean isForged = random.nextInt(24) == 0;
            isGood &= !isForged;
            return input + "." + sign(isForged ? OTHER : KEY, input);
        }
    }

    @Property
    void proofHoldsExactlyWhereEachOfItsPartsDoes(@ForAll("seeds") long seed) {
        Draft draft = new Draft(new Random(seed));
        String proof = draft.proof();
        assertThat(isProven(proof)).as(proof).isEqualTo(draft.isGood);
        Statistics.label("good").collect(draft.isGood);
        Statistics.label("good").coverage(counted -> counted.check(true).percentage(share -> share > 10));
    }

    @Property
    void noOtherTextPassesForAProof(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        String good = goodProof();
        StringBuilder text = new StringBuilder(good);
        for (int edit = 0; edit <= random.nextInt(3); edit++) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + 1 + random.nextInt(8));
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, List.of(".", "=", "A", " ", "DPoP ", "{}", "\0", "\u00e9", ",").get(random.nextInt(9)));
                case 1 -> text.delete(at, end);
                case 2 -> text.insert(at, text.substring(at, end));
                case 3 -> text.setCharAt(at, (char) random.nextInt(256));
                default -> text.insert(at, ".".repeat(random.nextInt(20_000)));
            }
            if (text.isEmpty()) {
                text.append('.');
            }
        }
        assertThat(isProven(text.toString())).as(text.toString()).isEqualTo(text.toString().equals(good));
    }

    /** Whoever holds a proof for one URL must not use it at another, in whatever spelling. */
    @Property
    void urlsAreOneExactlyWhereTheirNormalFormsAre(@ForAll("urls") String one, @ForAll("urls") String other) {
        Optional<List<Object>> expected = normal(one);
        assertThat(SeenUrl.parse(one).isPresent()).as(one).isEqualTo(expected.isPresent());
        boolean isOne = SeenUrl.parse(one).isPresent() && SeenUrl.parse(one).equals(SeenUrl.parse(other));
        assertThat(isOne).as(one + " and " + other).isEqualTo(expected.isPresent() && expected.equals(normal(other)));
        Statistics.label("one").collect(isOne);
    }

    /** Scheme, authority without the scheme's own port, and the path in both readings of its slashes. */
    private static Optional<List<Object>> normal(String url) {
        Matcher whole = URL.matcher(url);
        if (!whole.matches()) {
            return Optional.empty();
        }
        String scheme = whole.group(1).toLowerCase(Locale.ROOT);
        String authority = whole.group(2).toLowerCase(Locale.ROOT).replaceFirst(scheme.equals("https") ? ":(443)?$" : ":(80)?$", "");
        return SlowPath.read(whole.group(3).isEmpty() ? "/" : whole.group(3)).map(path -> List.of(scheme, authority, path.merged(), path.kept()));
    }

    @Provide
    Arbitrary<String> urls() {
        Arbitrary<String> near = url(
                Arbitraries.of("https://", "HTTPS://"), Arbitraries.of("a.example", "A.example", "a.example:443", "a.example:"),
                Arbitraries.of("/a", "/%61", "/b", "/.", "/..", "//"), Arbitraries.of("", "?q=1", "#f"));
        Arbitrary<String> far = url(
                Arbitraries.of("https://", "http://", "https:", "//", "ftp://", ""), Arbitraries.of("a.example", "a.example:80", "b.example", "u@a.example", "[::1]", "", "a.example\\@b.example"),
                Arbitraries.of("/a", "/", "//", "/..", "/%2e", "/%2F", "/a;x", "/..;", "/\u00e9", "/ ", "\\"), Arbitraries.of("", "?a#b", "?a/../b", "#\u00e9", "? "));
        return Arbitraries.frequencyOf(Tuple.of(4, near), Tuple.of(1, far));
    }

    private static Arbitrary<String> url(Arbitrary<String> schemes, Arbitrary<String> authorities, Arbitrary<String> segments, Arbitrary<String> ends) {
        return Combinators.combine(schemes, authorities, segments.list().ofMaxSize(4), ends)
                .as((scheme, authority, path, end) -> scheme + authority + String.join("", path) + end);
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.randomValue(Random::nextLong);
    }

    private static boolean isProven(String proof) {
        return new DpopCheck("users", Optional.of(NONCES)).check(proof, Requests.get("/a/b"), new DpopCheck.BoundToken(TOKEN, thumbprint())) instanceof DpopCheck.Outcome.Proven;
    }

    private static String goodProof() {
        Draft draft = new Draft(new Random() {
            private static final long serialVersionUID = 1L;

            @Override
            public int nextInt(int bound) {
                return bound == 24 ? 1 : 0;
            }
        });
        return draft.proof();
    }

    private static String with(String json, String members) {
        return json.substring(0, json.length() - 1) + "," + members + "}";
    }

    private static String sign(ECKey key, String input) {
        try {
            return new ECDSASigner(key).sign(new JWSHeader(JWSAlgorithm.ES256), input.getBytes(StandardCharsets.US_ASCII)).toString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String thumbprint() {
        try {
            return KEY.computeThumbprint().toString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
