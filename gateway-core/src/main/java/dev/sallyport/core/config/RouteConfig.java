package dev.sallyport.core.config;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which requests, who may send them, and where they go. */
public record RouteConfig(
        @Doc("What a request must look like.") MatchConfig match,
        @Doc("Who may send it: a name, any, all, or a written-out none.") AuthConfig auth,
        @Doc("Name of the upstream that it goes to.") String upstream,
        @Doc("What becomes of the path on its way up.") @Default("{}") RewriteConfig rewrite,
        @Doc("What becomes of paths that can be read in two ways.") @Default("{}") PathConfig path,
        @Doc("To the head of the answer; the upstream's responseTimeout holds too.") Optional<Duration> timeout,
        @Doc("Identifier of the API, an https URL: its metadata (RFC 9728) is served and named in challenges.") Optional<URI> resource,
        @Doc("Let the upstream see the credential.") @Default("false") boolean forwardCredential,
        @Doc("Pass the client certificate on as Client-Cert (RFC 9440).") @Default("false") boolean forwardClientCertificate,
        @Doc("WebSockets and whatever else stays open.") @Default("{}") StreamConfig streams) {

    public record MatchConfig(
            @Doc("Host name, or *.example.com for all below; any without it.") Optional<String> host,
            @Doc("/exact, /prefix/**, * for one segment, {name} to capture one.") @Default("/**") String path,
            @Doc("Methods; all without it, and GET implies HEAD.") List<String> methods,
            @Doc("Header fields that must be there with exactly this value.") Map<String, String> headers) {}

    public record RewriteConfig(@Doc("Prefix to take off the path.") Optional<String> stripPrefix) {}

    public record PathConfig(
            @Doc("A %2F in the path.") @Default("reject") EncodedSlash encodedSlash,
            @Doc("Two slashes in a row.") @Default("merge") DuplicateSlashes duplicateSlashes) {}

    public record StreamConfig(
            @Doc("End them when the credential that opened them expires or is called back.") @Default("true") boolean endWithCredential) {}

    public enum EncodedSlash { REJECT, KEEP }

    public enum DuplicateSlashes { MERGE, KEEP, REJECT }
}
