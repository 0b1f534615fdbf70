package dev.sallyport.server.cli.keys;

import dev.sallyport.core.auth.apikey.ApiKeyFormat;
import dev.sallyport.server.cli.failure.CommandFailure;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.Optional;
import picocli.CommandLine;

/** A key just made: the only moment at which its text is known. */
final class FreshKey {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String id;
    private final String text;

    private FreshKey(String id, String text) {
        this.id = id;
        this.text = text;
    }

    /** @param id made up where it is absent */
    static FreshKey generate(Optional<String> id) {
        String chosen = id.map(FreshKey::checked).orElseGet(FreshKey::randomId);
        return new FreshKey(chosen, ApiKeyFormat.create(chosen, RANDOM));
    }

    static String randomId() {
        return ApiKeyFormat.randomId(RANDOM);
    }

    static String checked(String id) {
        if (!ApiKeyFormat.isId(id)) {
            throw CommandFailure.inWhatWasGiven("--id takes 1 to 64 letters, digits and . _ -, the first a letter or digit");
        }
        return id;
    }

    String id() {
        return id;
    }

    String sha256() {
        return ApiKeyFormat.sha256(text);
    }

    /** Alone on standard output, so that a script can take it. */
    void printTo(CommandLine command) {
        PrintWriter out = command.getOut();
        out.println(text);
        out.flush();
        if (out.checkError()) {
            throw CommandFailure.atRunTime("the key '" + id + "' is in the file, but could not be printed; revoke it and make another");
        }
    }
}
