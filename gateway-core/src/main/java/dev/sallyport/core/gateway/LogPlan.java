package dev.sallyport.core.gateway;

import java.nio.file.Path;

/** Where a log of JSON lines goes. */
public sealed interface LogPlan {
    record Off() implements LogPlan {}

    record StandardOutput(Query query) implements LogPlan {}

    record ToFile(Path file, Query query) implements LogPlan {}

    /** Whether the access log shows the query; values whose names look like credentials are masked even then. */
    enum Query { OMITTED, MASKED }
}
