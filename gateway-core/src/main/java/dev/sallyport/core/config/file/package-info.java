/** The formats of the files beside the configuration: API keys and revocations. */
@NullMarked
package dev.sallyport.core.config.file;

import org.jspecify.annotations.NullMarked;
