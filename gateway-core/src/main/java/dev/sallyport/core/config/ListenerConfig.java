package dev.sallyport.core.config;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.NotYet;
import dev.sallyport.core.config.bind.annotation.Word;
import dev.sallyport.core.config.value.BindAddress;
import dev.sallyport.core.config.value.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One address to listen on. With {@code tls}, with {@code redirectToHttps}, or plain. */
@NotYet({"http3", "protocols"})
public record ListenerConfig(
        @Doc("Address and port; port 0 takes a free one.") BindAddress bind,
        @Doc("Whether each connection begins with a PROXY header, v1 or v2, of one of `trustedProxies`; without it, none is read.") Optional<ProxyProtocol> proxyProtocol,
        @Doc("TLS; plain HTTP without it.") Optional<TlsConfig> tls,
        @Doc("Answer everything with a redirect (308) to the same target under https, for hosts that the routes name.") @Default("false") boolean redirectToHttps,
        @Doc("Port in that redirect; by default that of the first TLS listener.") Optional<Integer> httpsPort,
        @Doc("Bounds of this listener.") @Default("{}") LimitsConfig limits,
        @Doc("Slow down addresses that keep presenting bad credentials.") Optional<FailedAttemptsConfig> failedAttempts,
        @Doc("Take credentials over plain HTTP from the network.") @Default("false") boolean insecureAllowPlaintextCredentials) {

    /** There is no guessing whether a header comes: a client could write one. */
    public enum ProxyProtocol { REQUIRED }

    public record TlsConfig(
            @Doc("SNI picks by subject alternative name; the first is the default.") List<CertificateConfig> certificates,
            @Doc("Oldest TLS version taken.") @Default("\"1.2\"") MinVersion minVersion,
            @Doc("Whether clients are asked for a certificate.") @Default("{mode: none}") ClientCertificateConfig clientCertificate) {}

    public enum MinVersion {
        @Word("1.2") TLS_1_2,
        @Word("1.3") TLS_1_3
    }

    public record CertificateConfig(
            @Doc("PEM file: the leaf, then its intermediates.") Path certificate,
            @Doc("PEM file with the leaf's private key (PKCS#8, PKCS#1 or SEC1), not encrypted.") Path key) {}

    public record ClientCertificateConfig(
            @Doc("Whether a client may, must or need not present a certificate; bound takes any, for tokens that are bound to it alone.") ClientCertificateMode mode,
            @Doc("PEM file of the authorities that client certificates must chain to.") Optional<Path> ca,
            @Doc("PEM or DER file of revocation lists, checked for every request.") Optional<Path> crl,
            @Doc("Go on with a revocation list that is past its nextUpdate.") @Default("false") boolean insecureAllowStaleCrl) {}

    /** {@code BOUND} takes any certificate, for tokens that are bound to it and for nothing else. */
    public enum ClientCertificateMode { NONE, OPTIONAL, REQUIRED, BOUND }

    public record LimitsConfig(
            @Doc("From the connect, or a request's first byte, to the end of its head.") @Default("10s") Duration headerTimeout,
            @Doc("Longest pause within a request's content.") @Default("10s") Duration bodyTimeout,
            @Doc("Bytes a second that a request's content must keep up with.") @Default("240") int minBodyRate,
            @Doc("From the end of a request's head to the head of its answer.") @Default("60s") Duration requestTimeout,
            @Doc("Rest between two requests of a connection.") @Default("60s") Duration idleTimeout,
            @Doc("Longest time in which a client takes no byte of an answer.") @Default("30s") Duration writeTimeout,
            @Doc("Request line and header section together.") @Default("32KiB") ByteSize maxHeaderBytes,
            @Doc("Header fields of a request.") @Default("100") int maxHeaders,
            @Doc("Content of a request.") @Default("10MiB") ByteSize maxBody,
            @Doc("Open connections of this listener.") @Default("10000") int maxConnections) {}

    public record FailedAttemptsConfig(
            @Doc("Refused credentials that one address may present.") int max,
            @Doc("In this time.") Duration per) {}
}
