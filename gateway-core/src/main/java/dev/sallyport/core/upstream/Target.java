package dev.sallyport.core.upstream;

/** One address that an upstream's requests may go to. */
public record Target(String host, int port) {
    /** {@code host:port}, as metrics and the access log name it. */
    public String label() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
