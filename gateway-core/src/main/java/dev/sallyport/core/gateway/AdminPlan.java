package dev.sallyport.core.gateway;

import dev.sallyport.core.port.Secret;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The port for operators.
 *
 * @param token without one, everything but metrics and health is refused
 */
public record AdminPlan(InetSocketAddress bind, Optional<Secret> token) {}
