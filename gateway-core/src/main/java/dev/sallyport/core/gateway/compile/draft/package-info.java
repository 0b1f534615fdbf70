/** One compilation while it runs: what it reads, what it finds wrong, what it carries over. */
@NullMarked
package dev.sallyport.core.gateway.compile.draft;

import org.jspecify.annotations.NullMarked;
