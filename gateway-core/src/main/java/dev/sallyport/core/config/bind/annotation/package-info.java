/** What a configuration record says about its keys: defaults, documentation, other spellings. */
@NullMarked
package dev.sallyport.core.config.bind.annotation;

import org.jspecify.annotations.NullMarked;
