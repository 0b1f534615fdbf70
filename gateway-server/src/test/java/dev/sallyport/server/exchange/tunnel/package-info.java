@NullMarked
package dev.sallyport.server.exchange.tunnel;

import org.jspecify.annotations.NullMarked;
