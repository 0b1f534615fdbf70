/** What goes over the wire: framing, paths, forwarding, listeners. */
@NullMarked
package dev.sallyport.tests.wire;

import org.jspecify.annotations.NullMarked;
