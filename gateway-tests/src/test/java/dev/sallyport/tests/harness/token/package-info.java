/** Credentials of every make, and the provider behind them. */
@NullMarked
package dev.sallyport.tests.harness.token;

import org.jspecify.annotations.NullMarked;
