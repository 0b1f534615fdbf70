package dev.sallyport.core.jose;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwkSetReaderTest {
    private static final Set<JwsAlgorithm> ALL = EnumSet.allOf(JwsAlgorithm.class);
    private static final String ED25519 = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"ed\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";

    @Test
    void keyWithAlgorithmServesThatOneAlone() throws JOSEException {
        KeyList list = read(set(rsa("a", JWSAlgorithm.PS256)), ALL);
        assertThat(list.keys()).extracting(KeyMaterial::algorithm).containsExactly(JwsAlgorithm.PS256);
        assertThat(list.leftOut()).isEmpty();
    }

    @Test
    void keyWithoutAlgorithmServesTheAllowedOnesOfItsType() throws JOSEException {
        JWK key = new RSAKeyGenerator(2048).keyID("a").generate();
        KeyList list = read(set(key), EnumSet.of(JwsAlgorithm.RS256, JwsAlgorithm.RS512, JwsAlgorithm.ES256));
        assertThat(list.keys()).extracting(KeyMaterial::algorithm).containsExactly(JwsAlgorithm.RS256, JwsAlgorithm.RS512);
    }

    @Test
    void curveDecidesTheAlgorithm() throws JOSEException {
        assertThat(read(set(new ECKeyGenerator(Curve.P_384).keyID("a").generate()), ALL).keys())
                .extracting(KeyMaterial::algorithm).containsExactly(JwsAlgorithm.ES384);
        assertThat(read("{\"keys\":[" + ED25519 + "]}", ALL).keys())
                .extracting(KeyMaterial::algorithm).containsExactly(JwsAlgorithm.EDDSA);
    }

    @Test
    void ed25519GoesByItsOldAndItsNewName() {
        for (String name : new String[] {"EdDSA", "Ed25519"}) {
            String named = ED25519.replaceFirst("\\{", "{\"alg\":\"" + name + "\",");
            assertThat(read("{\"keys\":[" + named + "]}", ALL).keys()).extracting(KeyMaterial::algorithm).containsExactly(JwsAlgorithm.EDDSA);
            assertThat(JwsAlgorithm.find(name)).contains(JwsAlgorithm.EDDSA);
        }
        assertThat(JwsAlgorithm.find("Ed448")).isEmpty();
    }

    @Test
    void encryptionKeyIsLeftOutAndCounted() throws JOSEException {
        JWK encryption = new RSAKeyGenerator(2048).keyID("e").keyUse(KeyUse.ENCRYPTION).algorithm(JWEAlgorithm.RSA_OAEP_256).generate();
        KeyList list = read(set(encryption, rsa("a", JWSAlgorithm.RS256)), ALL);
        assertThat(list.keys()).hasSize(1);
        assertThat(list.leftOut()).containsExactly("`e`: use=enc");
    }

    @Test
    void keyForAnAlgorithmThatIsNotAllowedIsLeftOut() throws JOSEException {
        KeyList list = read(set(rsa("a", JWSAlgorithm.RS384)), EnumSet.of(JwsAlgorithm.RS256));
        assertThat(list.keys()).isEmpty();
        assertThat(list.leftOut()).hasSize(1);
    }

    @Test
    void shortRsaKeyIsLeftOut() throws JOSEException {
        KeyList list = read(set(new RSAKeyGenerator(1024, true).keyID("s").generate()), ALL);
        assertThat(list.keys()).isEmpty();
        assertThat(list.leftOut()).first().asString().contains("1024");
    }

    @Test
    void sharedKeyInAPublicSetIsLeftOut() throws JOSEException {
        KeyList list = read(set(new OctetSequenceKeyGenerator(256).keyID("o").algorithm(JWSAlgorithm.HS256).generate()), ALL);
        assertThat(list.keys()).isEmpty();
        assertThat(list.leftOut()).hasSize(1);
    }

    @Test
    void laterKeyWithTheSameIdIsLeftOut() throws JOSEException {
        KeyList list = read(set(rsa("a", JWSAlgorithm.RS256), rsa("a", JWSAlgorithm.RS256)), ALL);
        assertThat(list.keys()).hasSize(1);
        assertThat(list.leftOut()).containsExactly("`a`: duplicate kid");
    }

    @Test
    void keysOfDifferentTypesMayShareAnId() throws JOSEException {
        KeyList list = read(set(rsa("a", JWSAlgorithm.RS256), new ECKeyGenerator(Curve.P_256).keyID("a").generate()), ALL);
        assertThat(list.keys()).hasSize(2);
    }

    @Test
    void pointOffTheCurveIsLeftOut() {
        KeyList list = read("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"x\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"}]}", ALL);
        assertThat(list.keys()).isEmpty();
        assertThat(list.leftOut()).hasSize(1);
    }

    @Test
    void oneBrokenKeyDoesNotSpoilTheOthers() {
        KeyList list = read("{\"keys\":[1,null,{},{\"kty\":\"?\"},{\"kty\":\"RSA\",\"n\":\"!\",\"e\":\"AQAB\"},{\"kty\":\"EC\",\"crv\":\"P-256\"},{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"},"
                + ED25519 + "]}", ALL);
        assertThat(list.keys()).hasSize(1);
        assertThat(list.leftOut()).hasSize(7);
    }

    @Test
    void keyNotMeantForVerifyingIsLeftOut() {
        KeyList list = read("{\"keys\":[" + ED25519.replace("\"kid\"", "\"key_ops\":[\"sign\"],\"kid\"") + "]}", ALL);
        assertThat(list.keys()).isEmpty();
    }

    @Test
    void tooManyKeysAreRefusedTogether() {
        String many = "{\"keys\":[" + String.join(",", Collections.nCopies(JwkSetReader.MAX_KEYS + 1, "1")) + "]}";
        assertThat(JwkSetReader.read(many.getBytes(StandardCharsets.UTF_8), ALL)).isInstanceOf(KeyList.Parsed.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}", "{\"keys\":["})
    void whatIsNoSetIsMalformed(String text) {
        assertThat(JwkSetReader.read(text.getBytes(StandardCharsets.UTF_8), ALL)).isInstanceOf(KeyList.Parsed.Malformed.class);
    }

    private static JWK rsa(String keyId, Algorithm algorithm) throws JOSEException {
        return new RSAKeyGenerator(2048).keyID(keyId).algorithm(algorithm).generate();
    }

    private static String set(JWK... keys) {
        List<JWK> all = Arrays.asList(keys);
        return "{\"keys\":[" + all.stream().map(JWK::toJSONString).collect(Collectors.joining(",")) + "]}";
    }

    private static KeyList read(String json, Set<JwsAlgorithm> allowed) {
        KeyList.Parsed parsed = JwkSetReader.read(json.getBytes(StandardCharsets.UTF_8), allowed);
        assertThat(parsed).isInstanceOf(KeyList.Parsed.Keys.class);
        return ((KeyList.Parsed.Keys) parsed).list();
    }
}
