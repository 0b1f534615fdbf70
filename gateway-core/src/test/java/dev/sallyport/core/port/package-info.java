@NullMarked
package dev.sallyport.core.port;

import org.jspecify.annotations.NullMarked;
