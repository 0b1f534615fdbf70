/** What HTTP/1.1 makes lines, fields, tokens and authorities of: the bytes beneath a message, and the violation of their rules. */
@NullMarked
package dev.sallyport.server.http1.syntax;

import org.jspecify.annotations.NullMarked;
