/** API keys, signatures, client certificates, and several of them on one route. */
@NullMarked
package dev.sallyport.tests.credential;

import org.jspecify.annotations.NullMarked;
