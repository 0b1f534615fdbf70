/** What happened, once per exchange: access log, audit log, metrics. */
@NullMarked
package dev.sallyport.server.observe;

import org.jspecify.annotations.NullMarked;
