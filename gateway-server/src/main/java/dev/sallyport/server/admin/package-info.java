/** The port for operators: health, metrics, status. */
@NullMarked
package dev.sallyport.server.admin;

import org.jspecify.annotations.NullMarked;
