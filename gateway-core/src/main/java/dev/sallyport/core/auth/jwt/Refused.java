package dev.sallyport.core.auth.jwt;

import dev.sallyport.core.reject.RejectReason;

/** Why a token is refused: what was found against what was expected, for the log. */
record Refused(RejectReason reason, String detail) {}
