/** What breaks around a running gateway, and that it serves nothing it should not and recovers by itself. */
@NullMarked
package dev.sallyport.tests.fault;

import org.jspecify.annotations.NullMarked;
