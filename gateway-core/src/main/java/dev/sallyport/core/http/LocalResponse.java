package dev.sallyport.core.http;

import java.util.List;

/** An answer that the gateway gives itself; framing fields are added by whoever writes it. */
public record LocalResponse(int status, List<ResponseField> fields, byte[] body) {}
