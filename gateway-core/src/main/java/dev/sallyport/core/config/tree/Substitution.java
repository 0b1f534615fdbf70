package dev.sallyport.core.config.tree;

/** What becomes of the text of a scalar before anybody reads it. */
interface Substitution {
    String apply(Position position, String written);
}
