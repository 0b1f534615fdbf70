/** Certificates, revocation lists and private keys as files hold them. */
@NullMarked
package dev.sallyport.core.config.pem;

import org.jspecify.annotations.NullMarked;
