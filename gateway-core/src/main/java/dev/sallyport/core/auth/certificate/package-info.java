/** Client certificates: the handshake proved the chain, each request proves dates, revocation and names. */
@NullMarked
package dev.sallyport.core.auth.certificate;

import org.jspecify.annotations.NullMarked;
