package dev.sallyport.core.auth.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.uri.RequestTarget;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.state.OneTimeUse;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HmacAuthenticatorTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final Secret SECRET = Secret.ofText("correct horse battery staple");
    private static final Secret OTHER = Secret.ofText("another secret of some length");
    private static final byte[] CONTENT = "{\"event\":\"paid\"}".getBytes(StandardCharsets.UTF_8);
    private static final SignatureScheme BODY = new BodyScheme("X-Signature-256", Optional.empty());
    private static final SignatureScheme TIMED_BODY = new BodyScheme("X-Signature-256", Optional.of("X-Timestamp"));

    static Stream<SignatureScheme> schemes() {
        return Stream.of(BODY, TIMED_BODY, new GitHubScheme(), new StripeScheme(), new SlackScheme(), new StandardWebhooksScheme());
    }

    static Stream<SignatureScheme> timedSchemes() {
        return Stream.of(TIMED_BODY, new StripeScheme(), new SlackScheme(), new StandardWebhooksScheme());
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void whatIsSignedHereIsAccepted(SignatureScheme scheme) {
        Verdict verdict = check(scheme, signed(scheme, SECRET, NOW), CONTENT);
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Authenticated.class, accepted -> {
            assertThat(accepted.identity().subject()).isEqualTo("sender");
            assertThat(accepted.identity().credentialId()).contains("current");
            assertThat(accepted.identity().scopes()).containsExactly("hooks");
        });
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void contentIsAskedForBeforeItIsJudged(SignatureScheme scheme) {
        RequestView request = request(signed(scheme, SECRET, NOW), new BodyLength.Fixed(CONTENT.length));
        assertThat(authenticator(scheme, SECRET).authenticate(request)).isEqualTo(new Verdict.NeedsBody(1024 * 1024));
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void requestWithoutTheHeaderIsNotClaimed(SignatureScheme scheme) {
        assertThat(check(scheme, List.of(), CONTENT)).isInstanceOf(Verdict.NotClaimed.class);
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void changedContentIsAMismatch(SignatureScheme scheme) {
        byte[] changed = CONTENT.clone();
        changed[changed.length - 1] ^= 1;
        assertRejected(check(scheme, signed(scheme, SECRET, NOW), changed), RejectReason.SIGNATURE_MISMATCH);
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void anotherSecretIsAMismatch(SignatureScheme scheme) {
        assertRejected(check(scheme, signed(scheme, OTHER, NOW), CONTENT), RejectReason.SIGNATURE_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 15, 16, 31})
    void signatureWithOneWrongByteIsAMismatch(int at) {
        byte[] signature = HexFormat.of().parseHex(signed(BODY, SECRET, NOW).getFirst().value().substring("sha256=".length()));
        signature[at] ^= 1;
        assertRejected(check(BODY, List.of(field("X-Signature-256", HexFormat.of().formatHex(signature))), CONTENT), RejectReason.SIGNATURE_MISMATCH);
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void eachSecretOfARotationIsTakenAndNamed(SignatureScheme scheme) {
        HmacAuthenticator both = authenticator(scheme, SECRET, OTHER);
        for (Map.Entry<Secret, String> secret : Map.of(SECRET, "current", OTHER, "next").entrySet()) {
            Verdict verdict = both.authenticate(request(signed(scheme, secret.getKey(), NOW), new BodyLength.Fixed(CONTENT.length)).withBody(CONTENT));
            assertThat(verdict).isInstanceOfSatisfying(Verdict.Authenticated.class,
                    accepted -> assertThat(accepted.identity().credentialId()).contains(secret.getValue()));
        }
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void repeatedSignatureHeaderIsAmbiguous(SignatureScheme scheme) {
        List<SignatureScheme.SignedField> twice = new ArrayList<>(signed(scheme, SECRET, NOW));
        twice.add(twice.getLast());
        assertRejected(check(scheme, twice, CONTENT), RejectReason.CREDENTIALS_AMBIGUOUS);
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void emptyOrOverlongHeaderIsMalformed(SignatureScheme scheme) {
        for (String value : List.of("", "x", "sha256=", "v0=", "t=1,v1=", "v1,", "a".repeat(SignatureScheme.MAX_HEADER_LENGTH + 1))) {
            assertRejected(check(scheme, replaced(signed(scheme, SECRET, NOW), scheme.header(), value), CONTENT), RejectReason.SIGNATURE_MALFORMED);
        }
    }

    @ParameterizedTest
    @MethodSource("timedSchemes")
    void timeAtTheToleranceIsTakenAndBeyondItRefusedEitherWay(SignatureScheme scheme) {
        for (long sign : new long[] {-1, 1}) {
            Instant edge = NOW.plusSeconds(sign * TOLERANCE.toSeconds());
            assertThat(check(scheme, signed(scheme, SECRET, edge), CONTENT)).isInstanceOf(Verdict.Authenticated.class);
            assertRejected(check(scheme, signed(scheme, SECRET, edge.plusSeconds(sign)), CONTENT), RejectReason.SIGNATURE_TIMESTAMP_OUT_OF_TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("timedSchemes")
    void oldTimeIsRefusedBeforeContentIsRead(SignatureScheme scheme) {
        RequestView request = request(signed(scheme, SECRET, NOW.minusSeconds(3600)), BodyLength.CHUNKED);
        assertRejected(authenticator(scheme, SECRET).authenticate(request), RejectReason.SIGNATURE_TIMESTAMP_OUT_OF_TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("timedSchemes")
    void timedSignatureIsSpentForItsWholeWindow(SignatureScheme scheme) {
        OneTimeUse use = spent(check(scheme, signed(scheme, SECRET, NOW.minusSeconds(60)), CONTENT));
        assertThat(use.key()).startsWith("hooks:").hasSize("hooks:".length() + 64);
        assertThat(use.until()).isEqualTo(NOW.minusSeconds(60).plus(TOLERANCE));
    }

    @Test
    void untimedSchemesSpendNothing() {
        for (SignatureScheme scheme : List.of(BODY, new GitHubScheme())) {
            assertThat(check(scheme, signed(scheme, SECRET, NOW), CONTENT))
                    .isInstanceOfSatisfying(Verdict.Authenticated.class, accepted -> assertThat(accepted.spend()).isEmpty());
        }
    }

    @Test
    void contentlessRequestIsRefusedWhereTheContentAloneIsSigned() {
        for (SignatureScheme scheme : List.of(BODY, TIMED_BODY, new GitHubScheme())) {
            List<SignatureScheme.SignedField> fields = scheme.sign(SECRET, new byte[0], NOW, "m");
            assertRejected(authenticator(scheme, SECRET).authenticate(request(fields, BodyLength.NONE)), RejectReason.SIGNATURE_BODY_MISSING);
            assertRejected(authenticator(scheme, SECRET).authenticate(request(fields, new BodyLength.Fixed(0))), RejectReason.SIGNATURE_BODY_MISSING);
            assertRejected(check(scheme, fields, new byte[0]), RejectReason.SIGNATURE_BODY_MISSING);
        }
    }

    @Test
    void announcedContentOverTheBoundIsRefusedUnread() {
        RequestView request = request(signed(BODY, SECRET, NOW), new BodyLength.Fixed(1024 * 1024 + 1));
        assertRejected(authenticator(BODY, SECRET).authenticate(request), RejectReason.BODY_TOO_LARGE);
    }

    @Test
    void bodySignatureMayBeHexOrBase64WithOrWithoutPrefix() {
        byte[] mac = Mac256.of(SECRET.reveal(), new byte[0], CONTENT);
        String hex = HexFormat.of().formatHex(mac);
        for (String value : List.of(hex, hex.toUpperCase(Locale.ROOT), "sha256=" + hex, Base64.getEncoder().encodeToString(mac),
                "sha256=" + Base64.getEncoder().encodeToString(mac))) {
            assertThat(check(BODY, List.of(field("X-Signature-256", value)), CONTENT)).isInstanceOf(Verdict.Authenticated.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1700000000", "1700000000.0", " 1700000000", "0x1", "1e9", "99999999999999999999", "\u0661"})
    void timeThatIsNoPlainNumberIsMalformed(String time) {
        for (SignatureScheme scheme : List.of(TIMED_BODY, new SlackScheme(), new StandardWebhooksScheme())) {
            List<SignatureScheme.SignedField> fields = new ArrayList<>(signed(scheme, SECRET, NOW));
            fields.replaceAll(field -> field.name().toLowerCase(Locale.ROOT).endsWith("timestamp") ? field(field.name(), time) : field);
            assertRejected(check(scheme, fields, CONTENT), RejectReason.SIGNATURE_MALFORMED);
        }
        assertRejected(check(new StripeScheme(), List.of(field("Stripe-Signature", "t=" + time + ",v1=" + "0".repeat(64))), CONTENT), RejectReason.SIGNATURE_MALFORMED);
    }

    @Test
    void missingOrRepeatedTimeHeaderIsMalformed() {
        for (SignatureScheme scheme : List.of(TIMED_BODY, new SlackScheme(), new StandardWebhooksScheme())) {
            List<SignatureScheme.SignedField> fields = new ArrayList<>(signed(scheme, SECRET, NOW));
            SignatureScheme.SignedField time = fields.stream()
                    .filter(field -> field.name().toLowerCase(Locale.ROOT).endsWith("timestamp")).findFirst().orElseThrow();
            List<SignatureScheme.SignedField> without = fields.stream().filter(field -> !field.equals(time)).toList();
            assertRejected(check(scheme, without, CONTENT), RejectReason.SIGNATURE_MALFORMED);
            fields.add(time);
            assertRejected(check(scheme, fields, CONTENT), RejectReason.SIGNATURE_MALFORMED);
        }
    }

    @Test
    void gitHubsPublishedExampleIsAccepted() {
        Secret secret = Secret.ofText("It's a Secret to Everybody");
        List<SignatureScheme.SignedField> fields = List.of(
                field("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"));
        assertAccepted(new GitHubScheme(), secret, fields, "Hello, World!".getBytes(StandardCharsets.UTF_8), NOW);
    }

    @Test
    void gitHubsOldSha1IsNoSignature() {
        assertRejected(check(new GitHubScheme(), List.of(field("X-Hub-Signature-256", "sha1=" + "0".repeat(40))), CONTENT), RejectReason.SIGNATURE_MALFORMED);
        assertThat(check(new GitHubScheme(), List.of(field("X-Hub-Signature", "sha1=" + "0".repeat(40))), CONTENT)).isInstanceOf(Verdict.NotClaimed.class);
    }

    @Test
    void slacksPublishedExampleIsAccepted() {
        String body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
                + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
                + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        List<SignatureScheme.SignedField> fields = List.of(
                field("X-Slack-Request-Timestamp", "1531420618"),
                field("X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"));
        assertAccepted(new SlackScheme(), Secret.ofText("8f742231b10e8888abcd99yyyzzz85a5"), fields,
                body.getBytes(StandardCharsets.UTF_8), Instant.ofEpochSecond(1_531_420_618));
    }

    @Test
    void standardWebhooksPublishedExampleIsAccepted() {
        Secret secret = Secret.ofText("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        List<SignatureScheme.SignedField> fields = List.of(
                field("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
                field("webhook-timestamp", "1614265330"),
                field("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assertAccepted(new StandardWebhooksScheme(), secret, fields,
                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8), Instant.ofEpochSecond(1_614_265_330));
    }

    @Test
    void stripeSignatureIsOverTimeDotContent() {
        String mac = Mac256.hex(SECRET.reveal(), "1700000000.", CONTENT);
        String zeros = "0".repeat(64);
        for (String value : List.of(
                "t=1700000000,v1=" + mac,
                "t=1700000000,v1=" + mac + ",v0=" + zeros,
                "t=1700000000,v1=" + zeros + ",v1=" + mac,
                "v1=" + mac + ",t=1700000000",
                "t=1700000000, v1=" + mac)) {
            assertThat(check(new StripeScheme(), List.of(field("Stripe-Signature", value)), CONTENT)).isInstanceOf(Verdict.Authenticated.class);
        }
    }

    @Test
    void stripesOldVersionAloneIsRefused() {
        String mac = Mac256.hex(SECRET.reveal(), "1700000000.", CONTENT);
        assertRejected(check(new StripeScheme(), List.of(field("Stripe-Signature", "t=1700000000,v0=" + mac)), CONTENT), RejectReason.SIGNATURE_MALFORMED);
    }

    @Test
    void stripesTimeGivenTwiceIsMalformed() {
        String mac = Mac256.hex(SECRET.reveal(), "1700000000.", CONTENT);
        assertRejected(check(new StripeScheme(), List.of(field("Stripe-Signature", "t=1,t=1700000000,v1=" + mac)), CONTENT), RejectReason.SIGNATURE_MALFORMED);
    }

    @Test
    void tooManySignaturesAreMalformed() {
        String many = "t=1700000000" + (",v1=" + "0".repeat(64)).repeat(SignatureScheme.MAX_SIGNATURES + 1);
        assertRejected(check(new StripeScheme(), List.of(field("Stripe-Signature", many)), CONTENT), RejectReason.SIGNATURE_MALFORMED);
    }

    @Test
    void standardWebhooksTakesAnyOfSeveralSignaturesAndPassesOthersOver() {
        SignatureScheme scheme = new StandardWebhooksScheme();
        List<SignatureScheme.SignedField> fields = signed(scheme, SECRET, NOW);
        String real = fields.getLast().value();
        String wrong = "v1," + Base64.getEncoder().encodeToString(new byte[32]);
        for (String value : List.of(wrong + " " + real, real + " " + wrong, "v1a,AAAA " + real, "v2,x  " + real)) {
            assertThat(check(scheme, replaced(fields, scheme.header(), value), CONTENT)).isInstanceOf(Verdict.Authenticated.class);
        }
        assertRejected(check(scheme, replaced(fields, scheme.header(), "v1a," + real.substring(3)), CONTENT), RejectReason.SIGNATURE_MALFORMED);
        assertRejected(check(scheme, replaced(fields, scheme.header(), real.substring(0, 20)), CONTENT), RejectReason.SIGNATURE_MALFORMED);
    }

    @Test
    void dotInTheMessageIdCannotShiftTheSignedTime() {
        SignatureScheme scheme = new StandardWebhooksScheme();
        // Signed as id "x", an old time, and content that begins with a fresh time: split anew, the MAC would fit.
        byte[] original = "1700000000.{}".getBytes(StandardCharsets.UTF_8);
        String value = scheme.sign(SECRET, original, Instant.ofEpochSecond(1_600_000_000), "x").getLast().value();
        List<SignatureScheme.SignedField> shifted = List.of(
                field("webhook-id", "x.1600000000"), field("webhook-timestamp", "1700000000"), field("webhook-signature", value));
        assertRejected(check(scheme, shifted, "{}".getBytes(StandardCharsets.UTF_8)), RejectReason.SIGNATURE_MALFORMED);
    }

    @Test
    void anotherSpellingOfOneSignatureIsTheSameUse() {
        List<SignatureScheme.SignedField> fields = signed(TIMED_BODY, SECRET, NOW);
        String hex = fields.getLast().value().substring("sha256=".length());
        OneTimeUse first = spent(check(TIMED_BODY, fields, CONTENT));
        String base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
        for (String spelling : List.of(hex, hex.toUpperCase(Locale.ROOT), base64, "sha256=" + base64)) {
            assertThat(spent(check(TIMED_BODY, replaced(fields, "X-Signature-256", spelling), CONTENT))).isEqualTo(first);
        }
    }

    @Test
    void largeContentIsHashedOffTheLoop() {
        byte[] large = new byte[HmacAuthenticator.MAX_INLINE_BYTES + 1];
        List<SignatureScheme.SignedField> fields = BODY.sign(SECRET, large, NOW, "m");
        assertThat(check(BODY, fields, large)).isInstanceOfSatisfying(Verdict.Pending.class,
                pending -> assertThat(pending.settled().toCompletableFuture().join()).isInstanceOf(Verdict.Authenticated.class));
        HmacAuthenticator crowded = new HmacAuthenticator("hooks", rules(BODY, Map.of("current", SECRET)), new FullWorker());
        assertRejected(crowded.authenticate(request(fields, BodyLength.CHUNKED).withBody(large)), RejectReason.OVERLOADED);
    }

    @Test
    void weakOrBrokenSecretsAreRefusedAtTheStart() {
        for (SignatureScheme scheme : schemes().toList()) {
            assertThat(scheme.problemWith(Secret.ofText("short"))).isPresent();
            assertThat(scheme.problemWith(Secret.ofText(""))).isPresent();
            assertThatThrownBy(() -> rules(scheme, Map.of("a", Secret.ofText("fifteen bytes.."))))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageNotContaining("fifteen");
        }
        assertThat(new StandardWebhooksScheme().problemWith(Secret.ofText("whsec_!!!not base64!!!"))).isPresent();
        assertThat(new StandardWebhooksScheme().problemWith(Secret.ofText("whsec_AAAAAAAAAAAA"))).isPresent();
        assertThatThrownBy(() -> rules(BODY, Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void signatureHeaderIsTheCredential() {
        assertThat(authenticator(BODY, SECRET).locations()).containsExactly(new CredentialLocation.Field("X-Signature-256"));
        assertThat(authenticator(BODY, SECRET).challenges("r").getFirst()).hasToString("HMAC realm=\"r\", header=\"X-Signature-256\"");
    }

    @Test
    void nothingSecretIsInARefusal() {
        Verdict verdict = check(BODY, signed(BODY, OTHER, NOW), CONTENT);
        String right = Mac256.hex(SECRET.reveal(), "", CONTENT);
        assertThat(verdict.toString()).doesNotContain(right, "horse");
    }

    private static OneTimeUse spent(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Authenticated.class);
        return ((Verdict.Authenticated) verdict).spend().orElseThrow();
    }

    private static void assertAccepted(SignatureScheme scheme, Secret secret, List<SignatureScheme.SignedField> fields, byte[] content, Instant at) {
        RequestView request = new RequestView(request(fields, BodyLength.CHUNKED).head(), peer(), at).withBody(content);
        assertThat(authenticator(scheme, secret).authenticate(request)).isInstanceOf(Verdict.Authenticated.class);
    }

    private static void assertRejected(Verdict verdict, RejectReason reason) {
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> assertThat(rejected.rejection().reason()).isEqualTo(reason));
    }

    private static Verdict check(SignatureScheme scheme, List<SignatureScheme.SignedField> fields, byte[] content) {
        return authenticator(scheme, SECRET).authenticate(request(fields, new BodyLength.Fixed(content.length)).withBody(content));
    }

    private static HmacAuthenticator authenticator(SignatureScheme scheme, Secret... secrets) {
        Map<String, Secret> named = new LinkedHashMap<>();
        List<String> names = List.of("current", "next");
        for (int index = 0; index < secrets.length; index++) {
            named.put(names.get(index), secrets[index]);
        }
        return new HmacAuthenticator("hooks", rules(scheme, named), new InlineWorker());
    }

    private static HmacRules rules(SignatureScheme scheme, Map<String, Secret> secrets) {
        return new HmacRules(scheme, TOLERANCE, secrets, 1024 * 1024, "sender", Set.of("hooks"));
    }

    private static List<SignatureScheme.SignedField> signed(SignatureScheme scheme, Secret secret, Instant at) {
        return scheme.sign(secret, CONTENT, at, "msg_1");
    }

    private static List<SignatureScheme.SignedField> replaced(List<SignatureScheme.SignedField> fields, String name, String value) {
        return fields.stream().map(field -> field.name().equals(name) ? field(name, value) : field).toList();
    }

    private static SignatureScheme.SignedField field(String name, String value) {
        return new SignatureScheme.SignedField(name, value);
    }

    private static RequestView request(List<SignatureScheme.SignedField> fields, BodyLength length) {
        String[] section = fields.stream().flatMap(field -> Stream.of(field.name(), field.value())).toArray(String[]::new);
        RequestTarget target = new RequestTarget("/hooks", "/hooks", "/hooks", Optional.empty(), Set.of());
        return new RequestView(new RequestHead("POST", target, "api.example", "api.example", HeaderFields.of(section), length), peer(), NOW);
    }

    private static Peer peer() {
        return new Peer(InetAddress.getLoopbackAddress(), 1, "https", new Peer.Transport.Tls("TLSv1.3", List.of()));
    }

    private static final class InlineWorker implements CpuWorker {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return Optional.of(CompletableFuture.completedStage(computation.get()));
        }
    }

    private static final class FullWorker implements CpuWorker {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return Optional.empty();
        }
    }
}
