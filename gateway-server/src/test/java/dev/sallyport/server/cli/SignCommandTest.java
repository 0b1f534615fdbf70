package dev.sallyport.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignCommandTest {
    @TempDir
    private Path folder = Path.of("");

    record Outcome(int status, String out, String err) {}

    private Outcome sign(String scheme, String... more) throws IOException {
        // The expected values were made with `openssl dgst -sha256 -hmac`.
        Path secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef\n");
        Path body = Files.writeString(folder.resolve("body"), "{\"a\":1}");
        List<String> words = new ArrayList<>(List.of("sign", "--scheme", scheme, "--secret-file", secret.toString(), "--body", body.toString()));
        words.addAll(List.of(more));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Sallyport.commandLine()
                .setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(words.toArray(String[]::new));
        return new Outcome(status, out.toString(), err.toString());
    }

    @Test
    void githubSignsTheContent() throws IOException {
        assertThat(sign("github").out().strip()).isEqualTo("X-Hub-Signature-256: sha256=f0546246da9e2349100c845a8561214788d75d900f3c086a72fcfa03bb1f42ab");
    }

    @Test
    void stripeSignsTimeAndContent() throws IOException {
        assertThat(sign("stripe", "--timestamp", "1700000000").out().strip())
                .isEqualTo("Stripe-Signature: t=1700000000,v1=f05f2539e3ae1c49aec5f8cfdad75ef6b06480b133973ffbb7ec9e18827af177");
        assertThat(sign("stripe", "--timestamp", "2023-11-14T22:13:20Z").out()).contains("t=1700000000,");
    }

    @Test
    void standardWebhooksTellIdAndTime() throws IOException {
        assertThat(sign("standard-webhooks", "--timestamp", "1700000000", "--id", "msg_1").out().lines())
                .startsWith("webhook-id: msg_1", "webhook-timestamp: 1700000000").hasSize(3);
    }

    @Test
    void bodySchemeTakesItsHeaderNames() throws IOException {
        assertThat(sign("body", "--header", "X-Mac").out().strip()).isEqualTo("X-Mac: sha256=f0546246da9e2349100c845a8561214788d75d900f3c086a72fcfa03bb1f42ab");
        assertThat(sign("body", "--timestamp", "1700000000").out()).contains("X-Timestamp: 1700000000", "sha256=f05f2539e3ae1c49aec5f8cfdad75ef6b06480b133973ffbb7ec9e18827af177");
    }

    @Test
    void wrongWordsAreBadUsage() throws IOException {
        assertThat(sign("rot13").status()).isEqualTo(2);
        assertThat(sign("stripe", "--timestamp", "noon").status()).isEqualTo(2);
        assertThat(sign("body", "--header", "a b").status()).isEqualTo(2);
        assertThat(sign("standard-webhooks", "--id", "a.b").status()).isEqualTo(2);
        assertThat(sign("github", "--secret-file", "/nowhere").status()).isEqualTo(2);
    }
}
