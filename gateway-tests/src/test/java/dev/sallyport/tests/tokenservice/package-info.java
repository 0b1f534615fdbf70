/** The built-in token service over real TLS: its clients, its tokens, what it calls back, and what a kill leaves of that. */
@NullMarked
package dev.sallyport.tests.tokenservice;

import org.jspecify.annotations.NullMarked;
