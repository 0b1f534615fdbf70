package dev.sallyport.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.address.Network;
import dev.sallyport.core.http.address.TrustedProxies;
import dev.sallyport.server.exchange.TestPorts;
import io.netty.channel.Channel;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TermsTest {
    private final Terms open = Terms.of(TestPorts.PLAN, Optional.empty());
    private final ListenerPlan behindTen = behind("10.0.0.0/8", "192.0.2.1");
    private final Channel ten = from("10.1.2.3");
    private final Channel other = from("192.0.2.1");

    @AfterEach
    void close() {
        ten.close();
        other.close();
    }

    @Test
    void aRequiredHeaderIsTakenFromTrustedProxiesAlone() {
        Terms terms = Terms.of(behind("10.0.0.0/8"), Optional.empty());
        assertThat(terms.admits(ten)).isTrue();
        assertThat(terms.admits(other)).isFalse();
        assertThat(open.admits(other)).isTrue();
    }

    @Test
    void connectionsLeaveWhenTheHeaderIsRequiredFromNowOnOrNoMore() {
        open.accepted().add(ten);
        Terms behind = open.succeededBy(behindTen, Optional.empty());
        assertThat(open.leavingFor(behind)).containsExactly(ten);
        behind.accepted().add(other);
        assertThat(behind.leavingFor(behind.succeededBy(TestPorts.PLAN, Optional.empty()))).containsExactly(other);
    }

    @Test
    void ofOneKindThoseAloneLeaveWhoseProxyIsTrustedNoMore() {
        Terms behind = Terms.of(behindTen, Optional.empty());
        behind.accepted().addAll(List.of(ten, other));
        assertThat(behind.leavingFor(behind.succeededBy(behindTen, Optional.empty()))).isEmpty();
        assertThat(behind.leavingFor(behind.succeededBy(behind("10.0.0.0/8"), Optional.empty()))).containsExactly(other);
    }

    private static ListenerPlan behind(String... networks) {
        List<Network> trusted = List.of(networks).stream().map(text -> Network.parse(text).orElseThrow()).toList();
        ListenerPlan plan = TestPorts.PLAN;
        return new ListenerPlan(plan.name(), plan.bind(), Optional.of(new TrustedProxies(trusted)), plan.mode(), plan.limits(), plan.failedAttempts());
    }

    private static Channel from(String address) {
        return new EmbeddedChannel(DefaultChannelId.newInstance()) {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress(address, 1);
            }
        };
    }
}
