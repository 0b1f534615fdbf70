package dev.sallyport.server.upstream;

/** Why there is no connection to a target. */
public enum ConnectFailure { REFUSED, TIMED_OUT, UNREACHABLE, UNKNOWN_HOST }
