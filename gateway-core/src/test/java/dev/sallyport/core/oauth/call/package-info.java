@NullMarked
package dev.sallyport.core.oauth.call;

import org.jspecify.annotations.NullMarked;
