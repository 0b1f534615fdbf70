/** What every bearer token has, whoever vouches for it: a place in the request, claims of uncertain types, times, an audience. */
@NullMarked
package dev.sallyport.core.auth.token;

import org.jspecify.annotations.NullMarked;
