/** What the operator wrote: records, read over a tree that keeps every position, with all problems told together. */
@NullMarked
package dev.sallyport.core.config;

import org.jspecify.annotations.NullMarked;
