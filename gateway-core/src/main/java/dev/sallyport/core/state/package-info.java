/** What several gateways will share one day, with in-memory defaults. */
@NullMarked
package dev.sallyport.core.state;

import org.jspecify.annotations.NullMarked;
