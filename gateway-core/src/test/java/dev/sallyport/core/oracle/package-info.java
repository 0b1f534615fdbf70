/** What the rules of a route mean, said a second time, slowly, with nothing but the JDK: the other side of the decision's fuzz test. */
@NullMarked
package dev.sallyport.core.oracle;

import org.jspecify.annotations.NullMarked;
