/** What the operator wrote: records of the gateway file, and the other file formats. Nothing here knows what it compiles to. */
@NullMarked
package dev.sallyport.core.config;

import org.jspecify.annotations.NullMarked;
