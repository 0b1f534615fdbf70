/** What an operator sees: configuration, logs, metrics, reasons, and what is shipped. */
@NullMarked
package dev.sallyport.tests.operation;

import org.jspecify.annotations.NullMarked;
