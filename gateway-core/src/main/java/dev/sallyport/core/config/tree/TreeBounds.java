package dev.sallyport.core.config.tree;

/**
 * How much YAML is taken: text and aliases can be small and yet unfold into something huge (the "billion laughs").
 *
 * @param maxCharacters code points of one file
 * @param maxDepth nesting
 * @param maxNodes of the tree, aliases counted as often as they are used
 */
public record TreeBounds(int maxCharacters, int maxDepth, int maxNodes) {
    public static final TreeBounds GATEWAY_FILE = new TreeBounds(4 << 20, 32, 200_000);
    public static final TreeBounds KEY_FILE = new TreeBounds(64 << 20, 8, 2_000_000);
}
