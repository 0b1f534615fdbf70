package dev.sallyport.core.oauth.lending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.oauth.provider.TokenAnswer;
import dev.sallyport.core.oauth.provider.TokenResponse;
import dev.sallyport.core.port.HttpFetcher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** What a token endpoint may answer, from parts of which each is known to be right or wrong (RFC 6749 §5.1), and any bytes. */
final class TokenAnswerFuzzTest {
    private static final Instant NOW = Requests.NOW;

    /** The good ones come first. */
    private record Choice(int good, List<String> members) {}

    private static final List<Choice> MEMBERS = List.of(
            new Choice(3, List.of("\"access_token\":\"abc.def-_~+/==\"", "\"access_token\":\"" + "a".repeat(16384) + "\"", "\"access_token\":\"0\"",
                    "\"access_token\":\"a b\"", "\"access_token\":\"a\\r\\nX: y\"", "\"access_token\":\"=\"", "\"access_token\":\"a=b\"", "\"access_token\":\"\"", "\"access_token\":\"\\u00e9\"", "\"access_token\":\"a\\u0000\"",
                    "\"access_token\":\"" + "a".repeat(16385) + "\"", "\"access_token\":1", "\"access_token\":null", "\"access_token\":[\"a\"]", "\"access_token\":\"a,b\"", "")),
            new Choice(2, List.of("\"token_type\":\"Bearer\"", "\"token_type\":\"bEARER\"", "\"token_type\":\"DPoP\"", "\"token_type\":\"mac\"", "\"token_type\":\"\"", "\"token_type\":\"Bearer \"", "\"token_type\":1", "\"token_type\":null", "")),
            new Choice(6, List.of("\"expires_in\":3600", "\"expires_in\":1", "\"expires_in\":1.5", "\"expires_in\":9999999999", "\"expires_in\":1e400", "",
                    "\"expires_in\":0", "\"expires_in\":-1", "\"expires_in\":0.5", "\"expires_in\":\"3600\"", "\"expires_in\":null", "\"expires_in\":true", "\"expires_in\":-1e400", "\"expires_in\":" + "9".repeat(41), "\"expires_in\":1,\"expires_in\":2")),
            new Choice(3, List.of("\"scope\":\"a\"", "\"refresh_token\":\"r\"", "\"x\":{\"y\":[1]}", "\"x\":" + "[".repeat(20) + "]".repeat(20), "\"x\":\"\\ud800\"")));

    @Property
    void tokenIsTakenExactlyWhereEveryMemberIsRight(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        boolean isGood = true;
        List<String> members = new ArrayList<>();
        for (Choice choice : MEMBERS) {
            int index = random.nextInt(6) == 0 ? random.nextInt(choice.members.size()) : random.nextInt(choice.good);
            isGood &= index < choice.good;
            members.add(choice.members.get(index));
        }
        members.removeIf(String::isEmpty);
        Collections.shuffle(members, random);
        String answer = "{" + String.join(",", members) + "}";
        assertThat(isTaken(answer.getBytes(StandardCharsets.UTF_8))).as(answer).isEqualTo(isGood);
        Statistics.label("good").collect(isGood);
        Statistics.label("good").coverage(counted -> counted.check(true).percentage(share -> share > 10));
    }

    @Property
    void editedAnswerIsNoTokenOrOneWithinItsBounds(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        byte[] answer = "{\"access_token\":\"abc.def\",\"token_type\":\"Bearer\",\"expires_in\":3600}".getBytes(StandardCharsets.UTF_8);
        for (int edit = 0; edit <= random.nextInt(3); edit++) {
            answer[random.nextInt(answer.length)] = (byte) random.nextInt(256);
        }
        isTaken(answer);
    }

    /** What a server writes about its refusal goes to the log. */
    @Property
    void refusalBringsACodeThatFitsALogOrNone(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        byte[] answer = "{\"error\":\"invalid_client\",\"error_description\":\"x\"}".getBytes(StandardCharsets.UTF_8);
        for (int edit = 0; edit <= random.nextInt(3); edit++) {
            answer[random.nextInt(answer.length)] = (byte) random.nextInt(256);
        }
        assertThat(TokenAnswer.read(new HttpFetcher.Result.Declined(401, answer)))
                .isInstanceOfSatisfying(TokenAnswer.Declined.class, declined -> assertThat(declined.error()).matches("[ -~&&[^\"\\\\]]{1,64}"));
    }

    /** Whatever is taken can stand in a header, and ends. */
    private static boolean isTaken(byte[] answer) {
        if (!(TokenAnswer.read(new HttpFetcher.Result.Fetched(answer, Optional.empty())) instanceof TokenAnswer.Given(TokenResponse tokens))) {
            return false;
        }
        IssuedToken token = IssuedToken.of(tokens, NOW);
        assertThat(new String(token.authorization().reveal(), StandardCharsets.UTF_8)).matches("Bearer [A-Za-z0-9._~+/-]+=*");
        assertThat(token.until()).isAfter(NOW).isBeforeOrEqualTo(NOW.plus(Duration.ofDays(1)));
        assertThat(token.renewFrom()).isAfterOrEqualTo(NOW).isBefore(token.until());
        return true;
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.randomValue(Random::nextLong);
    }
}
