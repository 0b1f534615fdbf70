/** The gateway among OAuth's parties, as it is written. */
@NullMarked
package dev.sallyport.core.config.oauth;

import org.jspecify.annotations.NullMarked;
