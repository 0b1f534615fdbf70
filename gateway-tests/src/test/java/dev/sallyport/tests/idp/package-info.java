/** The gateway with Keycloak as its provider, and with Chromium before it. */
@NullMarked
package dev.sallyport.tests.idp;

import org.jspecify.annotations.NullMarked;
