package dev.sallyport.server.http1;

import dev.sallyport.core.http.RequestHead;

/**
 * A request head as HTTP/1 carried it.
 *
 * @param persistence what the client wants of the connection afterwards
 */
public record ReceivedRequest(RequestHead head, HttpVersion version, Persistence persistence) {}
