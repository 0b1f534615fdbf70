/** Targets, addresses and clients, as bytes and headers claim them. */
@NullMarked
package dev.sallyport.core.http;

import org.jspecify.annotations.NullMarked;
