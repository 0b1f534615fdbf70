/** The chain of authenticators: is the credential there, is it valid, whose is it? */
@NullMarked
package dev.sallyport.core.auth;

import org.jspecify.annotations.NullMarked;
