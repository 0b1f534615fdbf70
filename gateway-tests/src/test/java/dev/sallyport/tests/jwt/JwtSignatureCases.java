package dev.sallyport.tests.jwt;

import static dev.sallyport.tests.harness.token.TokenForge.P256_ORDER;
import static dev.sallyport.tests.harness.token.TokenForge.fixed;
import static dev.sallyport.tests.harness.token.TokenForge.input;
import static dev.sallyport.tests.harness.token.TokenForge.p1363;
import static dev.sallyport.tests.harness.token.TokenForge.payload;
import static dev.sallyport.tests.harness.token.TokenForge.r;
import static dev.sallyport.tests.harness.token.TokenForge.s;
import static dev.sallyport.tests.harness.token.TokenForge.sign;
import static dev.sallyport.tests.harness.token.TokenForge.signature;
import static dev.sallyport.tests.harness.token.TokenForge.signed;
import static dev.sallyport.tests.harness.token.TokenForge.withSignature;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.sallyport.tests.harness.Refusal;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.TokenForge;
import dev.sallyport.tests.harness.token.Tokens;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Tokens whose algorithm, key or signature is wrong (RFC 8725 §3.1 to §3.4, §3.10); the claims of all are good. */
final class JwtSignatureCases {
    private static final String ALGORITHM = "token_algorithm_not_allowed";
    private static final String KEY = "token_key_unknown";
    private static final String SIGNATURE = "token_signature_invalid";
    private static final String ES = "SHA256withECDSAinP1363Format";
    private static final String RS = "SHA256withRSA";
    private final TokenForge forge;
    private final List<Refusal> cases = new ArrayList<>();

    /** Keys that are listed in the issuer's set and must not serve, with their private halves. */
    private final RSAKey small = Tokens.rsa("small", 1024);
    private final ECKey encrypting = Tokens.ec("encrypting", Curve.P_256);
    private final RSAKey pssOnly = Tokens.rsa("pss-only");
    private final ECKey twin = Tokens.ec("ec-1", Curve.P_256);
    private final ECKey signingOnly = Tokens.ec("signing-only", Curve.P_256);

    JwtSignatureCases(TokenForge forge) {
        this.forge = forge;
    }

    /** The JWK Set against which the cases are made. */
    String jwks() {
        return forge.jwks(
                small.toPublicJWK().toString(),
                encrypting.toPublicJWK().toString().replace("\"kid\"", "\"use\":\"enc\",\"kid\""),
                signingOnly.toPublicJWK().toString().replace("\"kid\"", "\"key_ops\":[\"sign\"],\"kid\""),
                pssOnly.toPublicJWK().toString().replace("\"kid\"", "\"alg\":\"PS256\",\"kid\""),
                twin.toPublicJWK().toString(),
                "{\"kty\":\"oct\",\"kid\":\"shared\",\"alg\":\"HS256\",\"k\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"identity\",\"x\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}");
    }

    List<Refusal> all() {
        cases.clear();
        algorithms();
        keys();
        ecdsa();
        rsa();
        pss();
        ed25519();
        return cases;
    }

    private void add(String name, String rule, String reason, String token) {
        cases.add(new Refusal(name, rule, reason, token));
    }

    private void algorithms() {
        String unsigned = Tokens.compact("{\"alg\":\"none\"}", payload(), Optional.empty());
        add("alg none without a signature", "RFC 8725 §3.2, CVE-2015-9235", ALGORITHM, unsigned);
        add("alg none with our signature", "RFC 8725 §3.2", ALGORITHM, signed(ES, forge.ec, "{\"alg\":\"none\",\"kid\":\"ec-1\"}"));
        for (String name : List.of("NoNe", "es256", "ES256 ", "", "ES256K", "RS1", "dir", "RSA1_5", "HS384", "Ed448")) {
            add("alg `" + name + "`", "RFC 7515 §4.1.1", ALGORITHM, signed(ES, forge.ec, "{\"alg\":\"" + name + "\",\"kid\":\"ec-1\"}"));
        }
        String pem = publicPem();
        for (String secret : List.of(pem, "\n " + pem, pem.replaceAll("-----[A-Z ]+-----|\\s", ""), forge.rsa.toPublicJWK().toString())) {
            add("HS256 under the public key as text of " + secret.length(), "CVE-2026-39999, CVE-2016-10555, GHSA-mvf2-f6gm-w987", ALGORITHM,
                    Tokens.signHmac(secret.getBytes(StandardCharsets.US_ASCII), "{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}", payload()));
        }
        add("HS256 under a key that the public set tells", "RFC 8725 §3.1", ALGORITHM, Tokens.signHmac(
                "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII), "{\"alg\":\"HS256\",\"kid\":\"shared\"}", payload()));
        add("an algorithm that is sound and not allowed", "RFC 8725 §3.1", ALGORITHM, signed("SHA512withRSA", forge.rsa, "{\"alg\":\"RS512\",\"kid\":\"rsa-1\"}"));
        add("RS256 renamed PS256", "RFC 8725 §3.1", SIGNATURE, signed(RS, forge.rsa, "{\"alg\":\"PS256\",\"kid\":\"rsa-1\"}"));
        add("PBES2 header with a huge count", "CVE-2023-52428", ALGORITHM,
                Tokens.compact("{\"alg\":\"PBES2-HS256+A128KW\",\"p2c\":2147483647}", payload(), Optional.of(new byte[64])));
    }

    private void keys() {
        add("ES256 under the id of a P-384 key", "RFC 8725 §3.1", KEY, signed(ES, forge.ec, "{\"alg\":\"ES256\",\"kid\":\"ec-2\"}"));
        add("ES384 under the id of a P-256 key", "RFC 8725 §3.1", KEY, signed("SHA384withECDSAinP1363Format", forge.ec384, "{\"alg\":\"ES384\",\"kid\":\"ec-1\"}"));
        add("EdDSA under the id of an EC key", "RFC 8725 §3.1", KEY, Tokens.signEd25519(forge.ed, "{\"alg\":\"EdDSA\",\"kid\":\"ec-1\"}", payload()));
        add("RS256 under the id of an EC key", "RFC 8725 §3.1", KEY, signed(RS, forge.rsa, "{\"alg\":\"RS256\",\"kid\":\"ec-1\"}"));
        add("a key for PS256 used for RS256", "RFC 7517 §4.4", KEY, signed(RS, pssOnly, "{\"alg\":\"RS256\",\"kid\":\"pss-only\"}"));
        add("a key for encryption", "RFC 7517 §4.2", KEY, signed(ES, encrypting, "{\"alg\":\"ES256\",\"kid\":\"encrypting\"}"));
        add("a key not meant to verify", "RFC 7517 §4.3", KEY, signed(ES, signingOnly, "{\"alg\":\"ES256\",\"kid\":\"signing-only\"}"));
        add("an RSA key of 1024 bits", "RFC 7518 §3.3", KEY, signed(RS, small, "{\"alg\":\"RS256\",\"kid\":\"small\"}"));
        add("the second key of one id", "RFC 7517 §4.5", SIGNATURE, signed(ES, twin, TokenForge.HEADER));
        ECKey stranger = Tokens.ec("ec-1", Curve.P_256);
        add("a stranger's key under our id", "RFC 8725 §3.3", SIGNATURE, signed(ES, stranger, TokenForge.HEADER));
        add("a stranger's RSA key under our id", "RFC 8725 §3.3", SIGNATURE, signed(RS, Tokens.rsa("x"), "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}"));
        add("a stranger's key and no id", "RFC 8725 §3.3", SIGNATURE, signed(ES, stranger, "{\"alg\":\"ES256\"}"));
        add("the key in the header", "RFC 8725 §3.10, CVE-2018-0114", SIGNATURE,
                signed(ES, stranger, "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"jwk\":" + stranger.toPublicJWK() + "}"));
        add("the key in the header under its own id", "RFC 8725 §3.10, CVE-2018-0114", KEY,
                signed(ES, stranger, "{\"alg\":\"ES256\",\"kid\":\"mine\",\"jwk\":" + stranger.toPublicJWK().toString().replace("ec-1", "mine") + "}"));
        add("a certificate in the header", "RFC 8725 §3.10", SIGNATURE, signed(ES, stranger, "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"x5c\":[\"MIIB\"]}"));
        for (String id : List.of("../../dev/null", "x' OR '1'='1", "ec-1\\u0000", "EC-1", " ec-1", "")) {
            add("kid `" + id + "`", "RFC 8725 §3.10", KEY, signed(ES, forge.ec, "{\"alg\":\"ES256\",\"kid\":\"" + id + "\"}"));
        }
    }

    private void ecdsa() {
        String token = forge.es256(payload());
        byte[] good = signature(token);
        BigInteger n = P256_ORDER;
        BigInteger one = BigInteger.ONE;
        addBytes("r = s = 0", "CVE-2022-21449", token, new byte[64]);
        addBytes("r = 0", "CVE-2022-21449", token, p1363(BigInteger.ZERO, s(good)));
        addBytes("s = 0", "CVE-2022-21449", token, p1363(r(good), BigInteger.ZERO));
        addBytes("r = n", "FIPS 186-5 §6.4.2", token, p1363(n, s(good)));
        addBytes("s = n", "FIPS 186-5 §6.4.2", token, p1363(r(good), n));
        addBytes("r = s = 1", "FIPS 186-5 §6.4.2", token, p1363(one, one));
        addBytes("r = s = n - 1", "FIPS 186-5 §6.4.2", token, p1363(n.subtract(one), n.subtract(one)));
        addBytes("all bits set", "FIPS 186-5 §6.4.2", token, filled(64, 0xFF));
        addBytes("r and s changed about", "RFC 7518 §3.4", token, p1363(s(good), r(good)));
        addBytes("r mirrored", "RFC 7518 §3.4", token, p1363(n.subtract(r(good)), s(good)));
        addBytes("no byte", "RFC 7518 §3.4", token, new byte[0]);
        addBytes("the last byte cut", "RFC 7518 §3.4", token, Arrays.copyOf(good, 63));
        addBytes("a byte more", "RFC 7518 §3.4", token, Arrays.copyOf(good, 65));
        addBytes("r alone", "RFC 7518 §3.4", token, Arrays.copyOf(good, 32));
        addBytes("a zero before each part", "RFC 7518 §3.4", token, widened(good));
        addBytes("DER", "RFC 7518 §3.4", token, der(token));
        addBytes("the signature of another token", "RFC 8725 §3.3", token, signature(forge.es256(payload("sub", "\"bob\""))));
        byte[] flipped = good.clone();
        flipped[63] ^= 1;
        addBytes("the last bit flipped", "RFC 8725 §3.3", token, flipped);
        add("another subject under a real signature", "RFC 8725 §3.3", SIGNATURE,
                Tokens.encode(TokenForge.HEADER) + "." + Tokens.encode(payload("sub", "\"admin\"")) + token.substring(token.lastIndexOf('.')));
        add("another header under a real signature", "RFC 8725 §3.3", SIGNATURE,
                Tokens.encode("{\"kid\":\"ec-1\",\"alg\":\"ES256\"}") + token.substring(token.indexOf('.')));
    }

    private void addBytes(String name, String rule, String token, byte[] signature) {
        String algorithm = signature(token).length == 64 ? "" : "RSA, ";
        add(algorithm + name, rule, SIGNATURE, withSignature(input(token), signature));
    }

    private byte[] der(String token) {
        try {
            return sign("SHA256withECDSA", forge.ec.toPrivateKey(), input(token));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void rsa() {
        String token = signed(RS, forge.rsa, "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}");
        byte[] good = signature(token);
        addBytes("the last byte cut", "RFC 8017 §8.2.2", token, Arrays.copyOf(good, 255));
        addBytes("a zero byte behind", "RFC 8017 §8.2.2", token, Arrays.copyOf(good, 257));
        byte[] longer = new byte[257];
        System.arraycopy(good, 0, longer, 1, 256);
        addBytes("a zero byte before", "RFC 8017 §8.2.2", token, longer);
        addBytes("zero", "RFC 8017 §5.2.2", token, new byte[256]);
        addBytes("one", "RFC 8017 §5.2.2", token, fixed(BigInteger.ONE, 256));
        addBytes("the modulus", "RFC 8017 §5.2.2", token, fixed(forge.modulus(), 256));
        addBytes("the modulus less one", "RFC 8017 §5.2.2", token, fixed(forge.modulus().subtract(BigInteger.ONE), 256));
        addBytes("the signature and the modulus", "RFC 8017 §5.2.2", token, fixed(new BigInteger(1, good).add(forge.modulus()), 257));
        byte[] info = digestInfo("3031300d060960864801650304020105000420", "SHA-256", token);
        addBytes("garbage behind a short padding", "CVE-2006-4339", token, forge.rsaOver(block(1, 8, info)));
        addBytes("block type 2", "RFC 8017 §9.2", token, forge.rsaOver(block(2, 202, info)));
        addBytes("a digest without its DigestInfo", "RFC 8017 §9.2", token, forge.rsaOver(block(1, 221, Arrays.copyOfRange(info, 19, 51))));
        addBytes("a DigestInfo of SHA-1", "RFC 8017 §9.2", token,
                forge.rsaOver(block(1, 218, digestInfo("3021300906052b0e03021a05000414", "SHA-1", token))));
        addBytes("a DigestInfo of SHA-512", "RFC 8017 §9.2", token, signature(
                withSignature(input(token), signWith("SHA512withRSA", token))));
    }

    private byte[] signWith(String algorithm, String token) {
        try {
            return sign(algorithm, forge.rsa.toPrivateKey(), input(token));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] digestInfo(String prefix, String hash, String token) {
        try {
            byte[] digest = MessageDigest.getInstance(hash).digest(input(token).getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().parseHex(prefix + HexFormat.of().formatHex(digest));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** EMSA-PKCS1-v1_5 with so many bytes of padding; what is left of 256 bytes is garbage. */
    private static byte[] block(int type, int padding, byte[] info) {
        byte[] block = filled(256, 0x5A);
        block[0] = 0;
        block[1] = (byte) type;
        Arrays.fill(block, 2, 2 + padding, (byte) 0xFF);
        block[2 + padding] = 0;
        System.arraycopy(info, 0, block, 3 + padding, info.length);
        return block;
    }

    private void pss() {
        String header = Tokens.encode("{\"alg\":\"PS256\",\"kid\":\"rsa-1\"}") + "." + Tokens.encode(payload());
        addPss("no salt", header, new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 0, 1));
        addPss("a salt of 20 bytes", header, new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 20, 1));
        addPss("a mask by SHA-1", header, new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA1, 32, 1));
        addPss("hash and mask by SHA-384", header, new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1));
    }

    private void addPss(String name, String input, PSSParameterSpec parameters) {
        try {
            add("PSS, " + name, "RFC 7518 §3.5", SIGNATURE, withSignature(input, sign("RSASSA-PSS", forge.rsa.toPrivateKey(), input, parameters)));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void ed25519() {
        String token = Tokens.signEd25519(forge.ed, "{\"alg\":\"EdDSA\",\"kid\":\"ed-1\"}", payload());
        byte[] good = signature(token);
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] reversed = reversed(Arrays.copyOfRange(good, 32, 64));
        addBytes("Ed25519, S + L", "RFC 8032 §5.1.7", token, joined(good, new BigInteger(1, reversed).add(order)));
        addBytes("Ed25519, S = L", "RFC 8032 §5.1.7", token, joined(good, order));
        addBytes("Ed25519, all zero", "RFC 8032 §5.1.7", token, new byte[64]);
        byte[] identity = new byte[64];
        identity[0] = 1;
        addBytes("Ed25519, R the identity and S = 0", "RFC 8725 §3.4", token, identity);
        addBytes("Ed25519, the last byte cut", "RFC 8032 §5.1.7", token, Arrays.copyOf(good, 63));
        add("Ed25519, a key that is the identity signs everything", "RFC 8725 §3.4", KEY,
                withSignature(Tokens.encode("{\"alg\":\"EdDSA\",\"kid\":\"identity\"}") + "." + Tokens.encode(payload()), identity));
    }

    private static byte[] joined(byte[] signature, BigInteger s) {
        byte[] joined = Arrays.copyOf(signature, 64);
        System.arraycopy(reversed(fixed(s, 32)), 0, joined, 32, 32);
        return joined;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int index = 0; index < bytes.length; index++) {
            reversed[index] = bytes[bytes.length - 1 - index];
        }
        return reversed;
    }

    private static byte[] widened(byte[] p1363) {
        byte[] widened = new byte[66];
        System.arraycopy(p1363, 0, widened, 1, 32);
        System.arraycopy(p1363, 32, widened, 34, 32);
        return widened;
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private String publicPem() {
        try {
            return TestPki.publicKeyPem(forge.rsa.toPublicKey());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
