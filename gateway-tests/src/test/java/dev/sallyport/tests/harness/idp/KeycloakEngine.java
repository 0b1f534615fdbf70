package dev.sallyport.tests.harness.idp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What runs Keycloak. It listens on the loopback address, over TLS alone, and forgets everything when it ends. */
sealed interface KeycloakEngine extends AutoCloseable permits KeycloakProcess, KeycloakContainer {
    Map<String, String> ENVIRONMENT = Map.of("KC_BOOTSTRAP_ADMIN_USERNAME", KeycloakAdmin.NAME, "KC_BOOTSTRAP_ADMIN_PASSWORD", KeycloakAdmin.PASSWORD);

    /** Starts it and returns at once; the files are named as they are to lie below its home. */
    static KeycloakEngine start(int port, Map<String, String> files) {
        return Files.exists(Path.of("/var/run/docker.sock")) ? new KeycloakContainer(port, files) : new KeycloakProcess(port, files);
    }

    static List<String> arguments(String home, int port) {
        return new ArrayList<>(List.of("start", "--import-realm", "--db=dev-mem", "--cache=local",
                "--hostname=https://localhost:" + port, "--http-enabled=false", "--http-host=127.0.0.1", "--https-port=" + port,
                "--https-certificate-file=" + home + "/conf/server.pem", "--https-certificate-key-file=" + home + "/conf/server.key",
                "--https-client-auth=request", "--truststore-paths=" + home + "/conf/authority.pem"));
    }

    boolean alive();

    /** What it has written so far. */
    String log();

    @Override
    void close();
}
