/** Requests that carry a keyed hash of their content, as webhooks do; one file a scheme. */
@NullMarked
package dev.sallyport.core.auth.signature;

import org.jspecify.annotations.NullMarked;
