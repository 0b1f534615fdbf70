/** Where browsers and the provider come for signing in and out. */
@NullMarked
package dev.sallyport.core.login;

import org.jspecify.annotations.NullMarked;
