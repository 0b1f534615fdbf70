/** What an upstream is: data only. */
@NullMarked
package dev.sallyport.core.upstream;

import org.jspecify.annotations.NullMarked;
