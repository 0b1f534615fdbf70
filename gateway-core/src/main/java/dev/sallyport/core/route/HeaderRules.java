package dev.sallyport.core.route;

import dev.sallyport.core.http.Client;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.GatewayCookies;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.http.Trace;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Route.ClientCertificateForwarding;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a route removes from a request's fields and adds to them on the way up: RFC 9700 §4.13 asks a proxy to sanitise
 * every header that an application server trusts. Compiled once; an untouched field costs a look at its length.
 */
public final class HeaderRules {
    /** Options of all Connection fields of a request together. */
    private static final int MAX_CONNECTION_OPTIONS = 32;

    /** Between two parties only (RFC 9110 §7.6.1), or stated anew by whoever writes the head. */
    private static final List<String> HOP_BY_HOP = List.of(
            "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
            "Proxy-Authorization", "Proxy-Authenticate", "Content-Length", "Host");

    /** Facts that the gateway alone states, and names by which upstreams let a request change its own path. */
    private static final List<String> STATED_BY_GATEWAY = List.of(
            "Forwarded", "X-Request-Id", "traceparent", "Client-Cert", "Client-Cert-Chain", "X-Real-IP",
            "X-Original-URL", "X-Rewrite-URL");

    /** {@code X-Forwarded-For}, {@code -User}, {@code -Uri} and whatever else somebody trusts. */
    private static final byte[] FORWARDED_PREFIX = NameSet.fold("X-Forwarded-");

    /** Never taken from a trailer section: they bear on framing, routing, authentication or how content is read (RFC 9110 §6.5.1). */
    private static final List<String> NOT_IN_TRAILERS = List.of(
            "Authorization", "Cookie", "Set-Cookie", "Expect", "Max-Forwards", "Trailer", "Cache-Control", "Range",
            "Content-Encoding", "Content-Type", "Content-Range", "If-Match", "If-None-Match", "If-Modified-Since",
            "If-Unmodified-Since", "If-Range", "tracestate", "WWW-Authenticate", "Location", "Retry-After", "Vary", "Age", "Expires",
            "Date");

    private final IdentityHeaders identityHeaders;
    private final ClientCertificateForwarding clientCertificate;
    private final NameSet dropped;
    private final NameSet droppedTrailers;
    private final List<CredentialLocation.Scheme> schemes;

    private HeaderRules(
            IdentityHeaders identityHeaders,
            ClientCertificateForwarding clientCertificate,
            Set<String> names,
            List<CredentialLocation.Scheme> schemes) {
        this.identityHeaders = identityHeaders;
        this.clientCertificate = clientCertificate;
        this.schemes = schemes;
        this.dropped = NameSet.of(names);
        List<String> inTrailers = new ArrayList<>(names);
        inTrailers.addAll(NOT_IN_TRAILERS);
        schemes.forEach(scheme -> inTrailers.add(scheme.field()));
        this.droppedTrailers = NameSet.of(inTrailers);
    }

    /**
     * @param stripped where credentials of the route's chain may stand, all of them; empty with {@code forwardCredential: true}
     */
    public static HeaderRules of(
            IdentityHeaders identityHeaders, Set<CredentialLocation> stripped, ClientCertificateForwarding clientCertificate) {
        Set<String> names = new HashSet<>(HOP_BY_HOP);
        names.addAll(STATED_BY_GATEWAY);
        names.addAll(identityHeaders.reserved());
        List<CredentialLocation.Scheme> schemes = new ArrayList<>();
        for (CredentialLocation location : stripped) {
            switch (location) {
                case CredentialLocation.Field(String name) -> names.add(name);
                case CredentialLocation.Scheme scheme -> schemes.add(scheme);
                case CredentialLocation.Cookie _ -> { }
            }
        }
        return new HeaderRules(identityHeaders, clientCertificate, names, List.copyOf(schemes));
    }

    /** What applying the rules gave. */
    public sealed interface Outcome {
        record Edited(HeaderEdit edit) implements Outcome {}

        record Refused(Rejection rejection) implements Outcome {}
    }

    public Outcome apply(RequestView request, Identity identity) {
        HeaderFields fields = request.fields();
        BitSet drop = drop(fields, dropped);
        if (!ConnectionOptions.dropNamed(fields, drop, MAX_CONNECTION_OPTIONS)) {
            return new Outcome.Refused(Rejection.of(
                    RejectReason.HEADER_MALFORMED, "Connection names more than " + MAX_CONNECTION_OPTIONS + " fields"));
        }
        if (request.trace().origin() == Trace.Origin.BEGUN_HERE) {
            dropAll(fields, "tracestate", drop);
        }
        return switch (identityHeaders.write(identity)) {
            case IdentityHeaders.Written.TooLarge(String header) -> new Outcome.Refused(Rejection.of(
                    RejectReason.IDENTITY_VALUE_TOO_LARGE, header + " would be over " + IdentityHeaders.MAX_VALUE + " bytes"));
            case IdentityHeaders.Written.Fields(List<ResponseField> added) -> {
                withoutGatewayCookies(fields, drop, added);
                addFacts(request, added);
                yield new Outcome.Edited(new HeaderEdit(drop, added));
            }
        };
    }

    /** Indices of trailer fields, of either direction, that stay behind: the same rules, and what no trailer may carry. */
    public BitSet droppedTrailers(HeaderFields trailers) {
        return drop(trailers, droppedTrailers);
    }

    private BitSet drop(HeaderFields fields, NameSet names) {
        BitSet drop = new BitSet(fields.size());
        for (int index = 0; index < fields.size(); index++) {
            if (names.contains(fields, index) || NameSet.hasPrefix(fields, index, FORWARDED_PREFIX) || carriesScheme(fields, index)) {
                drop.set(index);
            }
        }
        return drop;
    }

    private boolean carriesScheme(HeaderFields fields, int index) {
        for (int each = 0; each < schemes.size(); each++) {
            CredentialLocation.Scheme location = schemes.get(each);
            if (NameSet.isAlike(fields, index, location.field()) && CredentialLocation.hasScheme(fields, index, location.scheme())) {
                return true;
            }
        }
        return false;
    }

    /** What else stands in the same field goes up as it came: it is the browser's and the upstream's. */
    private static void withoutGatewayCookies(HeaderFields fields, BitSet drop, List<ResponseField> added) {
        for (int index = 0; index < fields.size(); index++) {
            if (!drop.get(index) && GatewayCookies.areIn(fields, index)) {
                drop.set(index);
                GatewayCookies.without(fields.value(index)).ifPresent(rest -> added.add(new ResponseField("Cookie", rest)));
            }
        }
    }

    private static void dropAll(HeaderFields fields, String name, BitSet drop) {
        for (int index = fields.indexOf(name, 0); index >= 0; index = fields.indexOf(name, index + 1)) {
            drop.set(index);
        }
    }

    private void addFacts(RequestView request, List<ResponseField> added) {
        Client client = request.client();
        added.add(new ResponseField("X-Forwarded-For", client.forwardedFor()));
        added.add(new ResponseField("X-Forwarded-Proto", client.scheme()));
        if (!client.host().isEmpty()) {
            added.add(new ResponseField("X-Forwarded-Host", client.host()));
        }
        if (!request.trace().requestId().isEmpty()) {
            added.add(new ResponseField("X-Request-Id", request.trace().requestId()));
            added.add(new ResponseField("traceparent", request.trace().traceparent()));
        }
        List<X509Certificate> certificates = request.peer().certificates();
        if (clientCertificate == ClientCertificateForwarding.FORWARDED && !certificates.isEmpty()) {
            added.add(new ResponseField("Client-Cert", byteSequence(certificates.getFirst())));
        }
    }

    /** RFC 9440 §2.1: the DER form as a structured-field byte sequence. */
    private static String byteSequence(X509Certificate certificate) {
        try {
            return ":" + Base64.getEncoder().encodeToString(certificate.getEncoded()) + ":";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that the handshake read has no encoding", e);
        }
    }
}
