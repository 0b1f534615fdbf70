/** The other ends of the gateway's connections, none of which shares code with it: clients, upstreams, key servers, authorities, signers. */
@NullMarked
package dev.sallyport.tests.harness;

import org.jspecify.annotations.NullMarked;
