/** Tests of what is logged and counted. */
@NullMarked
package dev.sallyport.server.observe;

import org.jspecify.annotations.NullMarked;
