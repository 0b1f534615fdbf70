/** YAML text as a small tree that remembers where everything stood. */
@NullMarked
package dev.sallyport.core.config.tree;

import org.jspecify.annotations.NullMarked;
