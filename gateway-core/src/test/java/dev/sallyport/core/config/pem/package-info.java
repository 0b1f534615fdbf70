/** Tests of reading PEM. */
@NullMarked
package dev.sallyport.core.config.pem;

import org.jspecify.annotations.NullMarked;
