/** What the built gateway does, seen from outside: every suite drives it as a separate process over real sockets. */
@NullMarked
package dev.sallyport.tests;

import org.jspecify.annotations.NullMarked;
