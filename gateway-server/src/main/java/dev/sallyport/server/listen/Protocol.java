package dev.sallyport.server.listen;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;

/** What a connection speaks. */
enum Protocol {
    HTTP_1,
    HTTP_2;

    /** By ALPN (RFC 7301), where the client offered it; HTTP/1.1 otherwise. */
    static Protocol agreedOn(ChannelPipeline pipeline) {
        SslHandler tls = pipeline.get(SslHandler.class);
        return tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol()) ? HTTP_2 : HTTP_1;
    }
}
