import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.auth.apikey.ApiKeyAuthenticator;
import dev.sallyport.core.auth.signature.GitHubScheme;
import dev.sallyport.core.auth.signature.HmacAuthenticator;
import dev.sallyport.core.auth.signature.HmacRules;
import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.uri.RequestTarget;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.JwsVerifier;
import dev.sallyport.core.jose.KeyMaterial;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.core.state.ApiKeyUsage;
import dev.sallyport.core.state.InMemoryApiKeyStore;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Whether a stopwatch can tell an early mismatch of a secret from a late one. Two kinds of wrong credentials, one that
 * differs in its first characters or bytes and one that differs in its last, are judged in random order by the gateway's
 * own authenticators, in this process: no network blurs what there is to see. Welch's t compares the two samples;
 * beyond 4.5 they differ (one false alarm in a hundred thousand). A control compares with an early exit, as one must not:
 * if the statistic cannot see that, the run proves nothing and fails.
 */
final class Timing {
    private static final double THRESHOLD = 4.5;
    private static final int WARM_UP = 60_000;
    private static final int CHUNK = 256;

    /** Slower ones of both kinds together are the machine's doing, such as a collection of garbage. */
    private static final double KEPT = 0.95;

    private static final String KEY = "aliceKey0123456789abcdefghijklmn";
    private static final byte[] SECRET = "timing-secret-of-32-bytes-for-it".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BODY = "{\"event\":\"timing\"}".getBytes(StandardCharsets.US_ASCII);
    private static final HexFormat HEX = HexFormat.of();

    /**
     * What is timed. It must refuse what it is given.
     *
     * @param changed bytes at either end that a wrong one has otherwise: many, where few wrong ones would have places in a
     *     hash table of their own
     */
    private record Judged(String name, byte[] right, int changed, Preparation preparation) {}

    /** Makes, outside the time that counts, a judgement of one wrong credential. */
    @FunctionalInterface
    private interface Preparation {
        Supplier<Boolean> of(byte[] wrong);
    }

    public static void main(String[] arguments) throws Exception {
        int samples = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 400_000;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        System.out.printf("%-34s %10s %10s %9s   (differs beyond %.1f; %d samples, seed %d)%n", "", "first, ns", "last, ns", "t", THRESHOLD, samples, seed);
        Random random = new Random(seed);
        boolean isSound = true;
        for (Judged judged : List.of(apiKey(), keyHash(), signature(), sharedToken(), adminToken())) {
            isSound &= Math.abs(measure(judged, samples, random)) < THRESHOLD;
        }
        boolean isSeen = Math.abs(measure(control(), samples, random)) > THRESHOLD;
        System.out.println(!isSeen ? "FAILED: the control's early exit was not seen (seed " + seed + ")"
                : isSound ? "passed: no difference but the control's (seed " + seed + ")" : "FAILED: a mismatch tells its place (seed " + seed + ")");
        System.exit(isSeen && isSound ? 0 : 1);
    }

    private static double measure(Judged judged, int samples, Random random) {
        run(judged, WARM_UP, random);
        Samples taken = run(judged, samples, random);
        double[] all = taken.nanos.clone();
        Arrays.sort(all);
        double bound = all[(int) (all.length * KEPT)];
        Moments first = new Moments();
        Moments last = new Moments();
        for (int index = 0; index < samples; index++) {
            if (taken.nanos[index] <= bound) {
                (taken.isLast[index] ? last : first).add(taken.nanos[index]);
            }
        }
        double t = (first.mean - last.mean) / Math.sqrt(first.variance() / first.count + last.variance() / last.count);
        System.out.printf("%-34s %10.1f %10.1f %9.2f%n", judged.name, first.mean, last.mean, t);
        return t;
    }

    private record Samples(double[] nanos, boolean[] isLast) {}

    private static Samples run(Judged judged, int samples, Random random) {
        Samples taken = new Samples(new double[samples], new boolean[samples]);
        List<Supplier<Boolean>> chunk = new ArrayList<>(CHUNK);
        for (int begin = 0; begin < samples; begin += CHUNK) {
            // Made ahead, so that the place of the last write is not still in the processor's queues when its judgement is timed.
            chunk.clear();
            for (int index = begin; index < Math.min(begin + CHUNK, samples); index++) {
                taken.isLast[index] = random.nextBoolean();
                chunk.add(judged.preparation.of(wrong(judged, taken.isLast[index], random)));
            }
            for (int index = 0; index < chunk.size(); index++) {
                taken.nanos[begin + index] = time(judged, chunk.get(index));
            }
        }
        return taken;
    }

    private static byte[] wrong(Judged judged, boolean isLast, Random random) {
        byte[] wrong = judged.right.clone();
        for (int index = 0; index < judged.changed; index++) {
            wrong[isLast ? wrong.length - 1 - index : index] ^= (byte) (1 + random.nextInt(7));
        }
        return wrong;
    }

    private static long time(Judged judged, Supplier<Boolean> judgement) {
        long start = System.nanoTime();
        boolean isRefused = judgement.get();
        long nanos = System.nanoTime() - start;
        if (!isRefused) {
            throw new IllegalStateException(judged.name + " let a wrong credential in");
        }
        return nanos;
    }

    /** Welford's running mean and variance. */
    private static final class Moments {
        private long count;
        private double mean;
        private double squares;

        void add(double value) {
            count++;
            double off = value - mean;
            mean += off / count;
            squares += off * (value - mean);
        }

        double variance() {
            return squares / (count - 1);
        }
    }

    private static Judged apiKey() throws Exception {
        ApiKeyAuthenticator authenticator = new ApiKeyAuthenticator("keys", "X-API-Key", store(KEY), new ApiKeyUsage());
        return new Judged("API key", KEY.getBytes(StandardCharsets.US_ASCII), 8, wrong -> {
            RequestView request = request("X-API-Key", new String(wrong, StandardCharsets.ISO_8859_1));
            return () -> authenticator.authenticate(request) instanceof Verdict.Rejected;
        });
    }

    /** As if somebody could choose the hash of a key: both fall into the slot of the right one. */
    private static Judged keyHash() throws Exception {
        InMemoryApiKeyStore store = store(KEY);
        return new Judged("hash of an API key", sha256(KEY), 3, wrong -> () -> store.find(wrong).isEmpty());
    }

    private static Judged signature() throws Exception {
        Authenticator authenticator = new HmacAuthenticator("hooks",
                new HmacRules(new GitHubScheme(), Duration.ofMinutes(5), Map.of("one", Secret.of(SECRET)), 1024, "hooks", Set.of()), new Inline());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        return new Judged("HMAC signature", mac.doFinal(BODY), 4, wrong -> {
            RequestView request = request("X-Hub-Signature-256", "sha256=" + HEX.formatHex(wrong)).withBody(BODY);
            return () -> authenticator.authenticate(request) instanceof Verdict.Rejected;
        });
    }

    /** The signature of a token under a shared secret. */
    private static Judged sharedToken() throws Exception {
        KeyMaterial key = new KeyMaterial.Shared(Optional.empty(), JwsAlgorithm.HS256, Secret.of(SECRET));
        Base64.Encoder text = Base64.getUrlEncoder().withoutPadding();
        String signed = text.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.US_ASCII)) + "."
                + text.encodeToString("{\"sub\":\"timing\"}".getBytes(StandardCharsets.US_ASCII));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        return new Judged("HS256 token", mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)), 4, wrong -> {
            if (!(CompactJws.parse(signed + "." + text.encodeToString(wrong)) instanceof CompactJws.Parsed.Token(CompactJws jws))) {
                throw new IllegalStateException("the token is well formed");
            }
            return () -> !JwsVerifier.verifies(key, jws);
        });
    }

    /** As the admin port compares its token. */
    private static Judged adminToken() {
        Secret token = Secret.of(SECRET);
        return new Judged("admin token", SECRET, 4, wrong -> () -> !token.matches(wrong));
    }

    private static Judged control() throws Exception {
        byte[] right = sha256(KEY);
        return new Judged("control: an early exit, 32 bytes", right, 4, wrong -> () -> !equalsWithEarlyExit(right, wrong));
    }

    private static boolean equalsWithEarlyExit(byte[] one, byte[] other) {
        for (int index = 0; index < one.length; index++) {
            if (one[index] != other[index]) {
                return false;
            }
        }
        return true;
    }

    private static RequestView request(String name, String value) {
        if (!(RequestTarget.parse("POST", "/") instanceof RequestTarget.Parsed.Valid(RequestTarget target, var _))) {
            throw new IllegalStateException("/ is a target");
        }
        RequestHead head = new RequestHead("POST", target, "a", "a", HeaderFields.of(name, value), new BodyLength.Fixed(BODY.length));
        Peer peer = new Peer(InetAddress.getLoopbackAddress(), 1, "plain", new Peer.Transport.Plain(Peer.Exposure.LOOPBACK));
        return new RequestView(head, peer, Instant.EPOCH);
    }

    private static InMemoryApiKeyStore store(String key) throws Exception {
        return InMemoryApiKeyStore.of(List.of(new ApiKeyEntry(
                "k", HEX.formatHex(sha256(key)), "s", Set.of(), Optional.empty(), Optional.empty(), ApiKeyEntry.Activity.ACTIVE)));
    }

    private static byte[] sha256(String text) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static final class Inline implements CpuWorker {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            throw new IllegalStateException("so little content is hashed at once");
        }
    }
}
