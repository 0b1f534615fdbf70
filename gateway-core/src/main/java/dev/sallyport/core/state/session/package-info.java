/** Browser sessions: who is signed in, for how long, and with which tokens. */
@NullMarked
package dev.sallyport.core.state.session;

import org.jspecify.annotations.NullMarked;
