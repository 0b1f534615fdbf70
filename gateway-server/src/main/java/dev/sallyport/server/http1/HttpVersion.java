package dev.sallyport.server.http1;

/** The versions that share HTTP/1's message syntax. */
public enum HttpVersion {
    HTTP_1_0,
    HTTP_1_1
}
