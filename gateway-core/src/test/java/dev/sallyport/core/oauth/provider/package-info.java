@NullMarked
package dev.sallyport.core.oauth.provider;

import org.jspecify.annotations.NullMarked;
