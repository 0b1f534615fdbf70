/** Tokens that go up with requests: the gateway's own, or exchanged for a caller's, fetched ahead and lent out. */
@NullMarked
package dev.sallyport.core.oauth.lending;

import org.jspecify.annotations.NullMarked;
