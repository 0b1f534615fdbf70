/** How verdicts join. */
@NullMarked
package dev.sallyport.core.auth;

import org.jspecify.annotations.NullMarked;
