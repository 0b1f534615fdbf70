/** One request and its answer, from the head to the log line: what joins the client's side to the upstream's. */
@NullMarked
package dev.sallyport.server.exchange;

import org.jspecify.annotations.NullMarked;
