/** Many clients at once that mean no good, and peers behind the gateway that do not either: others are served, memory stays bounded. */
@NullMarked
package dev.sallyport.tests.abuse;

import org.jspecify.annotations.NullMarked;
