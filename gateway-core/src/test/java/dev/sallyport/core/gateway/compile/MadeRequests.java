package dev.sallyport.core.gateway.compile;

import static dev.sallyport.core.gateway.compile.MadeRules.one;

import dev.sallyport.core.oracle.Asked;
import dev.sallyport.core.oracle.Asked.Field;
import dev.sallyport.core.oracle.Rules;
import dev.sallyport.core.oracle.Rules.RouteRule;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Requests aimed at a route, and mostly missing it by little. */
final class MadeRequests {
    private static final List<String> HOSTS = List.of("api.example", "x.api.example", "other.example", "example", "evil.test");
    private static final List<String> SPELLINGS = List.of(
            "/", "/a", "/a/", "/a/b", "/a/x/../b", "//a//b", "/%61/b", "/a/%2e%2e/admin", "/admin/x", "/a/b/c", "/a/x/c", "/a/;/c", "/A/b",
            "/a%2Fb", "/admin/../a/b", "/a/..;/admin", "/~joe/x", "/%7ejoe/x", "/a/b?token=x", "/a/b?q=1&ApiKey=x", "/a/b?X-Vendor-Key=1", "/a/b?q=token");

    private final Random random;
    private final List<Field> fields = new ArrayList<>();

    private MadeRequests(Random random) {
        this.random = random;
    }

    static Asked make(Rules rules, Random random) {
        return new MadeRequests(random).aimAt(one(rules.routes(), random));
    }

    private Asked aimAt(RouteRule route) {
        String chain = route.auth().map(String::valueOf).orElse("");
        byte[] body = chance(chain.contains("payments") ? 90 : 20) ? "{\"n\":1}".getBytes(StandardCharsets.UTF_8) : new byte[0];
        route.headers().forEach((name, value) -> fields.add(new Field(name, chance(90) ? value : "1")));
        if (chance(3)) {
            fields.add(new Field("X-Version", "2"));
        }
        present(chain.contains("partners"), () -> field("X-API-Key", key()));
        present(chain.contains("vendors"), () -> field("x-vendor-key", key()));
        present(chain.contains("payments"), () -> field("X-Signature", signature(body)));
        boolean wantsUsers = chain.contains("users");
        present(wantsUsers || chain.contains("staff"), () -> field("Authorization", bearer(wantsUsers && (chance(50) || !chain.contains("staff")))));
        List<X509Certificate> certificates = chance(chain.contains("mesh") ? 85 : 10) ? List.of(mostlyFirst(MadeCredentials.CERTIFICATES)) : List.of();
        return new Asked(method(route), target(route), host(route), List.copyOf(fields), body, certificates, MadeCredentials.NOW);
    }

    private void present(boolean isWanted, Runnable add) {
        if (chance(isWanted ? 75 : 6)) {
            add.run();
        }
    }

    private void field(String name, String value) {
        fields.add(new Field(name, value));
        if (chance(3)) {
            fields.add(new Field(name.toUpperCase(Locale.ROOT), value));
        }
    }

    private String key() {
        return chance(5) ? "key-of-nobody" : chance(3) ? MadeCredentials.KEYS.getFirst().key() + ",x" : mostlyFirst(MadeCredentials.KEYS).key();
    }

    private String signature(byte[] body) {
        String mac = MadeCredentials.mac(chance(90) ? chance(50) ? MadeCredentials.SECRET : MadeCredentials.OLD_SECRET : "some other secret", body);
        return chance(50) ? "sha256=" + mac : chance(90) ? mac : mac.substring(1);
    }

    private String bearer(boolean ofUsers) {
        String scheme = chance(95) ? one(List.of("Bearer ", "bearer ", "BEARER  "), random) : one(List.of("Basic ", "Bearer", "Bearer a ", "Bearer,"), random);
        return (scheme + mostlyFirst(ofUsers ? MadeCredentials.USERS : MadeCredentials.STAFF)).strip();
    }

    private String method(RouteRule route) {
        return route.methods().isEmpty() || chance(15) ? one(List.of("GET", "POST", "HEAD", "DELETE"), random) : one(route.methods().stream().sorted().toList(), random);
    }

    private String host(RouteRule route) {
        return chance(15) ? one(HOSTS, random) : route.host().map(host -> host.replace("*", "x")).orElse("api.example");
    }

    private String target(RouteRule route) {
        return chance(30)
                ? one(SPELLINGS, random)
                : route.path().replace("/**", one(List.of("", "/", "/deep/er", "/./x"), random)).replace("*", "x").replaceFirst("^$", "/");
    }

    private <T> T mostlyFirst(List<T> choices) {
        return chance(70) ? choices.getFirst() : one(choices, random);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
