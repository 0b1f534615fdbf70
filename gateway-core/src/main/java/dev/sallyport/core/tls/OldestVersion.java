package dev.sallyport.core.tls;

/** The oldest version of TLS that is spoken; older ones than these are not spoken at all (RFC 8996). */
public enum OldestVersion { TLS_1_2, TLS_1_3 }
