/** What all tests of core share. */
@NullMarked
package dev.sallyport.core;

import org.jspecify.annotations.NullMarked;
