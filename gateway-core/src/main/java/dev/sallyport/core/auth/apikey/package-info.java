/** API keys: what ours look like, and how any is checked. */
@NullMarked
package dev.sallyport.core.auth.apikey;

import org.jspecify.annotations.NullMarked;
