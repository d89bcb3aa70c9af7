package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The link over TLS within the TLS of a relay, on loopback. */
final class RelayedLinkTest extends LinkContract {
  private final RelayForTests relay = new RelayForTests(RelayForTests.AMPLE);

  @AfterEach
  void closeRelay() {
    Awaitility.await().until(() -> relay.service.circuits() == 0);
    relay.close();
  }

  @Override
  Network network(LocalNode self, RequestHandler handler) {
    return relay.new Through(self, handler, TransportLimits.DEFAULT);
  }

  @Override
  NodeAddress listen(Network network, String host) throws IOException {
    try {
      return ((RelayForTests.Through) network).listen(host);
    } catch (KithException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  InstantSource clock() {
    return InstantSource.system();
  }

  /** It does not get as far as the relay. */
  @Test
  @Override
  void refusesAnExpiredCredential() {
    InstantSource past =
        () -> clock().instant().minus(Credential.NODE_LIFE).minus(Duration.ofDays(10));
    NodeIdentity old =
        NodeIdentity.create(TestNode.keyOf("old"), Role.NODE, 1, past, new SecureRandom());
    var refused =
        assertThrows(
            java.io.UncheckedIOException.class, () -> new Node(old, "old", LinkContract::echo));
    assertEquals(NotPermittedException.class, refused.getCause().getCause().getClass());
  }

  @Test
  void saysThroughWhomItGoes() throws KithException {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob = new Node("bob", LinkContract::echo);
    try (Link link = alice.dial(bob)) {
      assertEquals(Optional.of(relay.contact.owner()), link.relay());
      Awaitility.await().until(() -> bob.recorder.opened.size() == 1);
      assertEquals(link.relay(), bob.recorder.opened.get(0).relay());
      assertEquals(1, relay.service.circuits());
      assertTrue(relay.service.counts().carried() > 1000);
    }
  }
}
