/** Certificates good and odd, made at run time. */
@NullMarked
package dev.sallyport.tests.harness.pki;

import org.jspecify.annotations.NullMarked;
