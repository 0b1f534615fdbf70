/** JSON Web Tokens and the key sets behind them. */
@NullMarked
package dev.sallyport.tests.jwt;

import org.jspecify.annotations.NullMarked;
