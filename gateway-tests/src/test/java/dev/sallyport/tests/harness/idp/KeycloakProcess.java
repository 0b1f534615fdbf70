package dev.sallyport.tests.harness.idp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** From its distribution, which the profile unpacks; with the Java that runs the tests. */
final class KeycloakProcess implements KeycloakEngine {
    private static final int PATIENCE_SECONDS = 20;
    private final Path log;
    private final Process process;

    KeycloakProcess(int port, Map<String, String> files) {
        Path home = Path.of(System.getProperty("keycloak.home"));
        this.log = home.resolve("keycloak.log");
        try {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path place = home.resolve(file.getKey());
                Files.createDirectories(place.getParent());
                Files.writeString(place, file.getValue());
            }
            List<String> command = KeycloakEngine.arguments(home.toString(), port);
            command.addFirst(home.resolve("bin/kc.sh").toString());
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(ENVIRONMENT);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("JAVA_OPTS", "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
            this.process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean alive() {
        return process.isAlive();
    }

    @Override
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The script may have a Java machine of its own beneath it. */
    @Override
    public void close() {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        below.forEach(ProcessHandle::destroyForcibly);
    }
}
