/** What core asks of the outside: documents from side services, costly work off the event loop, tasks run later. */
@NullMarked
package dev.sallyport.server.fetch;

import org.jspecify.annotations.NullMarked;
