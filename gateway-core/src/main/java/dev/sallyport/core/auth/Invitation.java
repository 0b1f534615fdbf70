package dev.sallyport.core.auth;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.reject.Rejection;

/** What becomes of somebody who lacks a credential that can be had elsewhere. */
public sealed interface Invitation {
    /** @param response sends the browser there */
    record Elsewhere(LocalResponse response) implements Invitation {}

    /** It cannot be had now. */
    record Impossible(Rejection rejection) implements Invitation {}
}
