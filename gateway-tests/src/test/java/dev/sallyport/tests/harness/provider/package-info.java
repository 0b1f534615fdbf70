/** An OpenID provider of the tests' own, good or as bad as it is told to be, and the browser of whoever signs in with it. */
@NullMarked
package dev.sallyport.tests.harness.provider;
import org.jspecify.annotations.NullMarked;
