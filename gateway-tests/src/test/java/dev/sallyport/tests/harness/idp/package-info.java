/** A real identity provider and a real browser, for the profile {@code idp}. */
@NullMarked
package dev.sallyport.tests.harness.idp;

import org.jspecify.annotations.NullMarked;
