@NullMarked
package dev.sallyport.core.oauth.lending;

import org.jspecify.annotations.NullMarked;
