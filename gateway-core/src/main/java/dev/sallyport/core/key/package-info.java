/** Where keys come from, and how they stay fresh. */
@NullMarked
package dev.sallyport.core.key;

import org.jspecify.annotations.NullMarked;
