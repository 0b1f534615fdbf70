package dev.sallyport.core.config.tree;

/**
 * One thing that is wrong with a configuration.
 *
 * @param message what is wrong and what would be right; never the value of a secret
 */
public record ConfigProblem(Position position, String message) {
    /** {@code file:line:column: message}. */
    @Override
    public String toString() {
        return position + ": " + message;
    }
}
