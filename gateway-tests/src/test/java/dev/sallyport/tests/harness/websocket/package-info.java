/** Both ends of a WebSocket: an upstream of our own, and the JDK's client. */
@NullMarked
package dev.sallyport.tests.harness.websocket;

import org.jspecify.annotations.NullMarked;
