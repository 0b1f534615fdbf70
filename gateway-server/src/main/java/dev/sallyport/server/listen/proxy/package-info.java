/** The PROXY protocol, versions 1 and 2: what a proxy writes before the first byte of its client. */
@NullMarked
package dev.sallyport.server.listen.proxy;

import org.jspecify.annotations.NullMarked;
