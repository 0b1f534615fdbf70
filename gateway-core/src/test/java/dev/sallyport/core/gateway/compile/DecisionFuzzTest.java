package dev.sallyport.core.gateway.compile;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.sallyport.core.Requests;
import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.Gatekeeper;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.uri.RequestTarget;
import dev.sallyport.core.oracle.Asked;
import dev.sallyport.core.oracle.Oracle;
import dev.sallyport.core.oracle.Rules;
import dev.sallyport.core.policy.AttemptCounters;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.state.InMemoryReplayStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Random configurations and requests: what is forwarded is exactly what an independent reading of the same rules lets pass. */
final class DecisionFuzzTest {
    private static final Path CONFIG = Path.of("/conf/gateway.yaml");
    private static final int REQUESTS_PER_CONFIGURATION = 10;
    private static final String REFUSED = "refused";

    @Property(shrinking = ShrinkingMode.OFF)
    void onlyWhatTheRulesLetPassIsForwardedAndByTheRouteTheyName(@ForAll("seeds") long seed) {
        for (String outcome : outcomes(seed)) {
            Statistics.label("decision").collect(outcome.equals(REFUSED) ? REFUSED : "forwarded");
        }
        Statistics.label("decision").coverage(counted -> {
            counted.check("forwarded").percentage(share -> share > 10);
            counted.check(REFUSED).percentage(share -> share > 10);
        });
    }

    /** What once was decided in two ways. */
    @ParameterizedTest
    @CsvFileSource(resources = "/fuzz/decisions.csv", numLinesToSkip = 1)
    void configurationThatWasOnceMisreadIsReadAlike(String name, long seed) {
        assertThat(outcomes(seed)).as(name).hasSize(REQUESTS_PER_CONFIGURATION);
    }

    /** Else it would share the mistakes that it is there to find. */
    @Test
    void oracleKnowsNothingOfTheGateway() {
        DescribedPredicate<JavaClass> gateway = DescribedPredicate.describe("of the gateway or its libraries", type ->
                !type.getPackageName().startsWith("java") && !type.getPackageName().startsWith("org.jspecify")
                        && !type.getPackageName().startsWith("dev.sallyport.core.oracle") && !type.isPrimitive() && !type.isArray());
        noClasses().should().dependOnClassesThat(gateway).check(new ClassFileImporter().importPackages("dev.sallyport.core.oracle"));
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.randomValue(Random::nextLong);
    }

    private static List<String> outcomes(long seed) {
        Random random = new Random(seed);
        Rules rules = MadeRules.make(random);
        String yaml = MadeRules.yaml(rules);
        MadeFiles files = new MadeFiles().with(CONFIG.toString(), yaml)
                .with("/conf/keys.yaml", MadeCredentials.keyFile()).with("/conf/staff.pem", MadeCredentials.publicKeyPem());
        GatewaySnapshot snapshot = Compilation.snapshot(CONFIG, files);
        return Stream.generate(() -> outcome(snapshot, rules, MadeRequests.make(rules, random), yaml)).limit(REQUESTS_PER_CONFIGURATION).toList();
    }

    private static String outcome(GatewaySnapshot snapshot, Rules rules, Asked asked, String yaml) {
        String decided = decide(snapshot, asked).orElse(REFUSED);
        assertThat(decided).as("%s%nof %s", yaml, asked).isEqualTo(Oracle.passes(rules, asked).orElse(REFUSED));
        return decided;
    }

    /** The route by which it is forwarded. */
    private static Optional<String> decide(GatewaySnapshot snapshot, Asked asked) {
        if (!(RequestTarget.parse(asked.method(), asked.target()) instanceof RequestTarget.Parsed.Valid(RequestTarget target, var _))) {
            return Optional.empty();
        }
        String[] fields = asked.fields().stream().flatMap(field -> Stream.of(field.name(), field.value())).toArray(String[]::new);
        BodyLength length = asked.body().length == 0 ? BodyLength.NONE : new BodyLength.Fixed(asked.body().length);
        RequestHead head = new RequestHead(asked.method(), target, asked.host(), asked.host(), HeaderFields.of(fields), length);
        Peer peer = new Peer(Requests.STRANGER, 4711, "https", new Peer.Transport.Tls("TLSv1.3", asked.certificates()));
        RequestView request = new RequestView(head, peer, asked.at());
        Gatekeeper gatekeeper = new Gatekeeper(new InMemoryReplayStore(10, GatewayEvents.IGNORED), new AttemptCounters(GatewayEvents.IGNORED));
        Decision decision = settled(gatekeeper.decide(snapshot, request));
        if (decision instanceof Decision.NeedBody) {
            decision = settled(gatekeeper.decide(snapshot, request.withBody(asked.body())));
        }
        return switch (decision) {
            case Decision.Forward forward -> Optional.of(forward.route().id());
            case Decision.Reject reject -> {
                assertThat(reject.rejection().reason()).isNotEqualTo(RejectReason.INTERNAL_ERROR);
                yield Optional.empty();
            }
            case Decision.Respond _, Decision.NeedBody _, Decision.Await _ -> throw new AssertionError(decision);
        };
    }

    private static Decision settled(Decision decision) {
        return decision instanceof Decision.Await(var settled, var _) ? settled.toCompletableFuture().join() : decision;
    }
}
