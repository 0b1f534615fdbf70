package dev.sallyport.tests.harness.idp;

import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** From its image, on the host's network: it calls the gateway back, and its issuer names the port. */
final class KeycloakContainer implements KeycloakEngine {
    private static final String HOME = "/opt/keycloak";
    private static final int READABLE = 0444;
    private final GenericContainer<?> container;

    @SuppressWarnings("resource") // closed below
    KeycloakContainer(int port, Map<String, String> files) {
        this.container = new GenericContainer<>(DockerImageName.parse("quay.io/keycloak/keycloak:" + System.getProperty("keycloak.version")))
                .withNetworkMode("host").withEnv(ENVIRONMENT).withCommand(KeycloakEngine.arguments(HOME, port).toArray(String[]::new));
        files.forEach((name, content) -> container.withCopyToContainer(Transferable.of(content, READABLE), HOME + "/" + name));
        container.start();
    }

    @Override
    public boolean alive() {
        return container.isRunning();
    }

    @Override
    public String log() {
        return container.getLogs();
    }

    @Override
    public void close() {
        container.close();
    }
}
