@NullMarked
package dev.sallyport.core.oauth;

import org.jspecify.annotations.NullMarked;
