/** The files beside the configuration. */
@NullMarked
package dev.sallyport.core.config.file;

import org.jspecify.annotations.NullMarked;
