package dev.sallyport.tests.harness.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The keys of one issuer, and tokens that it signed over any header and payload, well-formed or not. */
public final class TokenForge {
    public static final String ISSUER = "https://auth.example.com";
    public static final String HEADER = "{\"alg\":\"ES256\",\"kid\":\"ec-1\"}";
    public static final BigInteger P256_ORDER = new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    public final RSAKey rsa = Tokens.rsa("rsa-1");
    public final ECKey ec = Tokens.ec("ec-1", Curve.P_256);
    public final ECKey ec384 = Tokens.ec("ec-2", Curve.P_384);
    public final KeyPair ed = Tokens.ed25519();

    /** A JWK Set of its public keys and these further members, each a JWK in JSON. */
    public String jwks(String... more) {
        String own = rsa.toPublicJWK() + "," + ec.toPublicJWK() + "," + ec384.toPublicJWK() + "," + Tokens.ed25519Jwk(ed, "ed-1");
        return "{\"keys\":[" + own + (more.length == 0 ? "" : "," + String.join(",", more)) + "]}";
    }

    /** The payload of a good token with these members instead: name and JSON in turns, an empty text leaves a member out. */
    public static String payload(String... members) {
        long now = Instant.now().getEpochSecond();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("iss", "\"" + ISSUER + "\"");
        all.put("aud", "\"api.example.com\"");
        all.put("sub", "\"alice\"");
        all.put("iat", Long.toString(now));
        all.put("exp", Long.toString(now + 300));
        for (int index = 0; index < members.length; index += 2) {
            all.put(members[index], members[index + 1]);
        }
        StringBuilder json = new StringBuilder("{");
        all.forEach((name, value) -> json.append(value.isEmpty() ? "" : (json.length() > 1 ? "," : "") + "\"" + name + "\":" + value));
        return json.append('}').toString();
    }

    /** ES256 over a good header and this payload. */
    public String es256(String payload) {
        return es256(HEADER, payload);
    }

    public String es256(String header, String payload) {
        return signed("SHA256withECDSAinP1363Format", ec, Tokens.encode(header), Tokens.encode(payload));
    }

    /** Over two parts as they will stand in the token, spelt in whatever way. */
    public String es256Encoded(String header, String payload) {
        return signed("SHA256withECDSAinP1363Format", ec, header, payload);
    }

    /** A good payload under this header, signed as {@code java.security} names it. */
    public static String signed(String algorithm, JWK key, String header) {
        return signed(algorithm, key, Tokens.encode(header), Tokens.encode(payload()));
    }

    private static String signed(String algorithm, JWK key, String header, String payload) {
        try {
            PrivateKey secret = key instanceof RSAKey one ? one.toPrivateKey() : ((ECKey) key).toPrivateKey();
            return withSignature(header + "." + payload, sign(algorithm, secret, header + "." + payload));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public static byte[] sign(String algorithm, PrivateKey key, String input, AlgorithmParameterSpec... parameters) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            for (AlgorithmParameterSpec parameter : parameters) {
                signature.setParameter(parameter);
            }
            signature.update(input.getBytes(StandardCharsets.ISO_8859_1));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String input(String token) {
        return token.substring(0, token.lastIndexOf('.'));
    }

    public static byte[] signature(String token) {
        return new Base64URL(token.substring(token.lastIndexOf('.') + 1)).decode();
    }

    public static String withSignature(String input, byte[] signature) {
        return input + "." + Base64URL.encode(signature);
    }

    /** R || S of 32 bytes each. */
    public static byte[] p1363(BigInteger r, BigInteger s) {
        byte[] both = Arrays.copyOf(fixed(r, 32), 64);
        System.arraycopy(fixed(s, 32), 0, both, 32, 32);
        return both;
    }

    public static BigInteger r(byte[] p1363) {
        return new BigInteger(1, p1363, 0, 32);
    }

    public static BigInteger s(byte[] p1363) {
        return new BigInteger(1, p1363, 32, 32);
    }

    /** Unsigned, big-endian, of exactly this many bytes; the highest are cut off. */
    public static byte[] fixed(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[length];
        int taken = Math.min(length, bytes.length);
        System.arraycopy(bytes, bytes.length - taken, fixed, length - taken, taken);
        return fixed;
    }

    /** What the RSA key makes of an encoded message block of its own length, sound or not. */
    public byte[] rsaOver(byte[] block) {
        try {
            RSAPrivateKey key = rsa.toRSAPrivateKey();
            return fixed(new BigInteger(1, block).modPow(key.getPrivateExponent(), key.getModulus()), 256);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public BigInteger modulus() {
        return rsa.getModulus().decodeToBigInteger();
    }
}
