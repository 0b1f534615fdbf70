package dev.sallyport.server.cli;

import dev.sallyport.core.auth.signature.BodyScheme;
import dev.sallyport.core.auth.signature.GitHubScheme;
import dev.sallyport.core.auth.signature.SignatureScheme;
import dev.sallyport.core.auth.signature.SlackScheme;
import dev.sallyport.core.auth.signature.StandardWebhooksScheme;
import dev.sallyport.core.auth.signature.StripeScheme;
import dev.sallyport.core.port.Secret;
import dev.sallyport.server.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sallyport sign}: what a sender of any scheme would put into its headers. */
@Command(
        name = "sign",
        description = "Print the header lines (`Name: value`) that sign a request as one of the webhook schemes does.",
        footer = {"", "For instance: sallyport sign --scheme github --secret-file secret --body event.json | curl -H @- --data-binary @event.json URL"},
        mixinStandardHelpOptions = true)
final class SignCommand implements Runnable {
    private static final Pattern UNIX_TIME = Pattern.compile("[0-9]{1,12}");
    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern ID = Pattern.compile("[\\x21-\\x2D\\x2F-\\x7E]{1,256}");

    private final InstantSource clock = InstantSource.system();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--scheme", required = true, paramLabel = "S", description = "body, github, stripe, slack or standard-webhooks.")
    private String scheme = "";

    @Option(names = "--secret-file", required = true, paramLabel = "F", description = "File with the shared secret; a line end at its end is left out.")
    private Path secretFile = Path.of("");

    @Option(names = "--body", paramLabel = "FILE", description = "File with the content; none by default.")
    private @Nullable Path body;

    @Option(names = "--timestamp", paramLabel = "T", description = "Time to sign, in Unix seconds or as 2027-01-31T12:00:00Z; now by default. With the scheme body it adds the timestamp header.")
    private @Nullable String timestamp;

    @Option(names = "--id", paramLabel = "ID", description = "Id of the message, for standard-webhooks; made up by default.")
    private @Nullable String id;

    @Option(names = "--header", paramLabel = "NAME", defaultValue = "X-Signature-256", description = "Signature header of the scheme body (default: ${DEFAULT-VALUE}).")
    private String header = "";

    @Option(names = "--timestamp-header", paramLabel = "NAME", description = "Timestamp header of the scheme body (default with --timestamp: X-Timestamp).")
    private @Nullable String timestampHeader;

    @Override
    public void run() {
        SignatureScheme signing = signing();
        Secret secret = secret();
        Optional<String> problem = signing.problemWith(secret);
        if (problem.isPresent()) {
            throw CommandFailure.inWhatWasGiven(secretFile + " holds " + problem.orElseThrow());
        }
        byte[] content = body == null ? new byte[0] : bytes(body);
        if (content.length == 0 && signing.content() == SignatureScheme.Content.REQUIRED) {
            spec.commandLine().getErr().println("sallyport: there is no content; the gateway refuses such a request under this scheme.");
        }
        signing.sign(secret, content, time(), messageId())
                .forEach(field -> spec.commandLine().getOut().println(field.name() + ": " + field.value()));
    }

    private SignatureScheme signing() {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "body" -> new BodyScheme(fieldName(header), bodyTimestampHeader().map(SignCommand::fieldName));
            case "github" -> new GitHubScheme();
            case "stripe" -> new StripeScheme();
            case "slack" -> new SlackScheme();
            case "standard-webhooks" -> new StandardWebhooksScheme();
            default -> throw CommandFailure.inWhatWasGiven("'" + scheme + "' is no scheme; there are body, github, stripe, slack and standard-webhooks");
        };
    }

    private Optional<String> bodyTimestampHeader() {
        return timestampHeader == null && timestamp != null ? Optional.of("X-Timestamp") : Optional.ofNullable(timestampHeader);
    }

    private static String fieldName(String text) {
        if (!FIELD_NAME.matcher(text).matches()) {
            throw CommandFailure.inWhatWasGiven("'" + text + "' is no header name");
        }
        return text;
    }

    /** As a configuration's {@code ${file:…}} reads it: without the line end that editors add. */
    private Secret secret() {
        byte[] bytes = bytes(secretFile);
        int end = bytes.length;
        if (end > 0 && bytes[end - 1] == '\n') {
            end--;
        }
        if (end > 0 && bytes[end - 1] == '\r') {
            end--;
        }
        return Secret.of(Arrays.copyOf(bytes, end));
    }

    private Instant time() {
        if (timestamp == null) {
            return clock.instant();
        }
        try {
            return UNIX_TIME.matcher(timestamp).matches() ? Instant.ofEpochSecond(Long.parseLong(timestamp)) : Instant.parse(timestamp);
        } catch (DateTimeParseException _) {
            throw CommandFailure.inWhatWasGiven("'" + timestamp + "' is no Unix time in seconds and no time such as 2027-01-31T12:00:00Z");
        }
    }

    private String messageId() {
        if (id == null) {
            return "msg_" + UUID.randomUUID().toString().replace("-", "");
        }
        if (!ID.matcher(id).matches()) {
            throw CommandFailure.inWhatWasGiven("--id takes up to 256 visible ASCII characters without dots");
        }
        return id;
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw CommandFailure.inWhatWasGiven("cannot read " + file + ": " + e);
        }
    }
}
