package dev.sallyport.server.listen;

import dev.sallyport.core.http.Peer;
import java.net.InetSocketAddress;

/** Who a connection is from, before any byte of a request is read. */
record Caller(InetSocketAddress address, Peer.Speaker speaker) {}
