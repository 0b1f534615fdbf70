/** Addresses and networks, and whose word about them is believed. */
@NullMarked
package dev.sallyport.core.http.address;

import org.jspecify.annotations.NullMarked;
