package dev.sallyport.core.auth.token;

import dev.sallyport.core.reject.RejectReason;

/** Why a token is refused: what was found against what was expected, for the log. */
public record Refused(RejectReason reason, String detail) {}
