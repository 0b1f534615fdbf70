/** OAuth2 at the edge: tokens that only their provider can read. */
@NullMarked
package dev.sallyport.tests.oauth;

import org.jspecify.annotations.NullMarked;
