/** What the reader of configurations takes, and what it says of what it does not take. */
@NullMarked
package dev.sallyport.core.config;

import org.jspecify.annotations.NullMarked;
