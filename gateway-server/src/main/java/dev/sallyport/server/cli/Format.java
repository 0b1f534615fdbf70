package dev.sallyport.server.cli;

/** How a command prints what it found. */
enum Format { TEXT, JSON }
